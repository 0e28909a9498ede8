//! RAR archives (1.5 to 7) as lists of members.
//!
//! Files are unpacked in one pass, as solid archives need it. The library takes a file that breaks off between two members for
//! a whole one; here an archive has to say itself that it ends.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use rars::{
    Archive, ArchiveMember, ArchiveMemberDetail, ArchiveReadOptions, ArchiveReader, AttrSource, Error, ErrorKind,
    ExtractionDecision, ExtractionErrorAction, rar15_40, rar50,
};

use super::package::decode_name;
use super::{Budget, Content, Fault, Member, container};

/// Bytes of memory for a dictionary. WinRAR takes 32 MiB unless told otherwise.
const DICTIONARY: u64 = 128 << 20;
/// Bytes of memory for all that unpacking needs.
const WORKSPACE: u64 = 384 << 20;
/// Headers; a file has one, and a few more for what its file system knows of it.
const HEADERS: u64 = 20_000;
/// Bytes of all headers.
const HEADER_BYTES: u64 = 16 << 20;

/// Opens a RAR archive.
///
/// # Errors
/// [`Fault::Encrypted`] when its headers or every file asks for a password, [`Fault::TooLarge`] when a limit breaks,
/// [`Fault::Unreadable`] when it is damaged or cut off, [`Fault::Unsupported`] for one of several volumes.
pub(super) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Content, Fault> {
    container::guarded(|| read(bytes, budget))
}

fn read(bytes: &[u8], budget: &mut Budget) -> Result<Content, Fault> {
    let options = ArchiveReadOptions::new().with_max_header_count(HEADERS).with_max_header_bytes(HEADER_BYTES);
    let archive = ArchiveReader::read_with_options(bytes, options).map_err(|error| fault(&error))?;
    check_whole(&archive)?;
    let members: Vec<ArchiveMember> = archive.members().collect();
    budget.take_entries(u32::try_from(members.len()).unwrap_or(u32::MAX))?;
    if is_solid(&archive) && members.iter().any(|member| member.meta.is_encrypted) {
        return Err(Fault::Encrypted);
    }
    let declared: u128 = members.iter().map(|member| u128::from(member.meta.unpacked_size)).sum();
    if declared > budget.unpacked_left().into() {
        return Err(Fault::TooLarge("unpacked size".into()));
    }
    let unpacked = unpack(&archive, members.len(), budget)?;
    container::content(files(&members, &unpacked, budget)?)
}

/// Refuses volumes, and archives whose end is missing: members could be missing as well. RAR has written an end since 3.0
/// (2002).
fn check_whole(archive: &Archive) -> Result<(), Fault> {
    let (is_volume, has_end) = match archive {
        Archive::Rar15To40(archive) => {
            (archive.main.is_volume(), matches!(archive.blocks.last(), Some(rar15_40::Block::End(_))))
        }
        Archive::Rar50Plus(archive) => {
            (archive.main.is_volume(), matches!(archive.blocks.last(), Some(rar50::Block::End(_))))
        }
        _ => return Err(Fault::Unsupported { format: "RAR 1.4".into(), could_hold_table: true }),
    };
    let is_split = |member: &ArchiveMember| member.meta.is_split_before || member.meta.is_split_after;
    if is_volume || archive.members().any(|member| is_split(&member)) {
        return Err(Fault::Unsupported { format: "RAR volumes".into(), could_hold_table: true });
    }
    if has_end { Ok(()) } else { Err(Fault::Unreadable("RAR: the end of the archive is missing".into())) }
}

fn is_solid(archive: &Archive) -> bool {
    match archive {
        Archive::Rar15To40(archive) => archive.main.is_solid(),
        Archive::Rar50Plus(archive) => archive.main.is_solid(),
        _ => false,
    }
}

/// Takes a member's bytes; the library wants to own it.
#[derive(Debug, Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What has come of one member.
#[derive(Debug, Clone, Default)]
struct Unpacked {
    /// Its bytes, once it was begun.
    sink: Option<Sink>,
    /// Why they are not to be used.
    fault: Option<Fault>,
}

/// Unpacks the members that can be unpacked, in order. A damaged member is a fault of its own; in a solid archive all that
/// come after it are lost as well.
fn unpack(archive: &Archive, members: usize, budget: &mut Budget) -> Result<Vec<Unpacked>, Fault> {
    let options = ArchiveReadOptions::new()
        .with_max_total_output_bytes(budget.unpacked_left())
        .with_rar50_dictionary_size_limit(DICTIONARY)
        .with_max_reader_workspace_bytes(WORKSPACE);
    let begun = RefCell::new(Vec::<Unpacked>::new());
    let begin = |member: &ArchiveMember| {
        let sink = is_unpacked(member).then(Sink::default);
        begun.borrow_mut().push(Unpacked { sink: sink.clone(), fault: None });
        Ok(sink.map_or(ExtractionDecision::Skip, |sink| ExtractionDecision::Extract(Box::new(sink))))
    };
    let fail = |_: &ArchiveMember, error: &Error| {
        if let Some(last) = begun.borrow_mut().last_mut() {
            last.fault = Some(fault(error));
        }
        Ok(ExtractionErrorAction::Continue)
    };
    let outcome = archive.extract_with_control_and_errors(options, begin, fail);
    let mut unpacked = begun.into_inner();
    if let Err(error) = outcome {
        let fault = fault(&error);
        if matches!(fault, Fault::TooLarge(_)) {
            return Err(fault);
        }
        if let Some(last) = unpacked.last_mut() {
            last.fault = Some(fault.clone());
        }
        unpacked.resize(members, Unpacked { sink: None, fault: Some(fault) });
    }
    let bytes: usize =
        unpacked.iter().filter_map(|unpacked| unpacked.sink.as_ref()).map(|sink| sink.0.borrow().len()).sum();
    budget.take_unpacked(u64::try_from(bytes).unwrap_or(u64::MAX))?;
    Ok(unpacked)
}

fn is_unpacked(member: &ArchiveMember) -> bool {
    let meta = &member.meta;
    !meta.is_directory && !meta.is_redirection && !meta.is_encrypted
}

/// The files among the members, folders and symbolic links left out.
fn files(members: &[ArchiveMember], unpacked: &[Unpacked], budget: &mut Budget) -> Result<Vec<Member>, Fault> {
    let mut files: Vec<Member> = Vec::new();
    for (index, member) in members.iter().enumerate().filter(|(_, member)| is_file(member)) {
        let name = decode_name(member.meta.name_bytes());
        let bytes = match same_as(member) {
            Some(other) => copy(&files, &other, budget)?,
            None if member.meta.is_encrypted => Err(Fault::Encrypted),
            None => bytes(unpacked.get(index)),
        };
        files.push(Member { name, bytes });
    }
    Ok(files)
}

fn bytes(unpacked: Option<&Unpacked>) -> Result<Vec<u8>, Fault> {
    let missing = || Fault::Unreadable("RAR: not in the archive".into());
    let unpacked = unpacked.ok_or_else(missing)?;
    match (&unpacked.fault, &unpacked.sink) {
        (Some(fault), _) => Err(fault.clone()),
        (None, Some(sink)) => Ok(sink.0.take()),
        (None, None) => Err(missing()),
    }
}

/// A file that is kept once and named twice.
fn copy(files: &[Member], name: &str, budget: &mut Budget) -> Result<Result<Vec<u8>, Fault>, Fault> {
    let Some(original) = files.iter().find(|file| file.name == name) else {
        return Ok(Err(Fault::Unreadable("RAR: a link to a file that is not in the archive".into())));
    };
    let size = original.bytes.as_ref().map_or(0, Vec::len);
    budget.take_unpacked(u64::try_from(size).unwrap_or(u64::MAX))?;
    Ok(original.bytes.clone())
}

/// The earlier member whose bytes a member has: hard links and copies (RAR 5.0 archive format, file system redirection
/// record, types 4 and 5).
fn same_as(member: &ArchiveMember) -> Option<String> {
    match &member.detail {
        ArchiveMemberDetail::Rar50Plus { redirection: Some(link), .. } if matches!(link.redirection_type, 4 | 5) => {
            Some(decode_name(&link.target_name))
        }
        _ => None,
    }
}

fn is_file(member: &ArchiveMember) -> bool {
    let meta = &member.meta;
    let is_unix_link = meta.attr_source() == AttrSource::Unix && meta.file_attr & 0o170_000 == 0o120_000;
    let is_symbolic = (meta.is_redirection || is_unix_link) && same_as(member).is_none();
    !meta.is_directory && !is_symbolic
}

fn fault(error: &Error) -> Fault {
    match (error.kind(), error.root_cause()) {
        (ErrorKind::PasswordRequired | ErrorKind::BadPassword, _)
        | (_, Error::FeatureDisabled { feature: "encryption" } | Error::UnsupportedEncryption { .. }) => {
            Fault::Encrypted
        }
        (ErrorKind::ResourceLimit, Error::HeaderCountLimitExceeded { .. } | Error::HeaderBytesLimitExceeded { .. }) => {
            Fault::TooLarge("number of members".into())
        }
        (ErrorKind::ResourceLimit, Error::TotalOutputLimitExceeded { .. }) => Fault::TooLarge("unpacked size".into()),
        (ErrorKind::ResourceLimit, _) => Fault::TooLarge("memory to unpack".into()),
        (ErrorKind::UnsupportedFeature | ErrorKind::UnsupportedFormat, _) => {
            Fault::Unsupported { format: "RAR".into(), could_hold_table: true }
        }
        (_, cause) => Fault::Unreadable(format!("RAR: {cause}")),
    }
}
