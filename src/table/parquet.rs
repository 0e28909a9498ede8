//! The table as Parquet under the names and types of the view: text as UTF-8, numbers as DOUBLE or INT64, times as TIMESTAMP.

use std::sync::Arc;

use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type as Schema;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::column::{Column, Type, Value, columns, nearest};
use super::{Made, Table};

/// The table under the names of the view.
///
/// # Errors
/// When there is not enough memory, or the table is beyond what the format holds.
pub fn parquet(table: &Table, made: &Made) -> Result<Vec<u8>, ParquetError> {
    let columns = columns(&table.survey);
    let fields: Result<Vec<_>, _> = columns.iter().map(|column| field(column).map(Arc::new)).collect();
    let schema = Arc::new(Schema::group_type_builder("returns").with_fields(fields?).build()?);
    let facts = [
        ("survey", table.survey.id.clone()),
        ("revision", table.survey.revision.clone()),
        ("moment", made.at.to_string()),
    ];
    let facts = facts.map(|(key, value)| KeyValue::new(format!("postroom.{key}"), value));
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_created_by("postroom".to_owned())
        .set_key_value_metadata(Some(facts.into()))
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for column in &columns {
        if let Some(mut to) = group.next_column()? {
            write(column, table, &mut to)?;
            to.close()?;
        }
    }
    group.close()?;
    writer.close()?;
    Ok(bytes)
}

fn field(column: &Column<'_>) -> Result<Schema, ParquetError> {
    let (physical, logical) = match column.kind() {
        Type::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Type::Whole => (Physical::INT64, None),
        Type::Number => (Physical::DOUBLE, None),
        Type::Time => {
            let time = LogicalType::timestamp(true, TimeUnit::MICROS);
            (Physical::INT64, Some(time))
        }
    };
    Schema::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn write(column: &Column<'_>, table: &Table, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
    let values: Vec<Value<'_>> = table.rows.iter().map(|row| column.value(row)).collect();
    let there: Vec<i16> = values.iter().map(|value| i16::from(*value != Value::None)).collect();
    let given = values.iter().filter(|value| **value != Value::None);
    match column.kind() {
        Type::Text => {
            let texts: Vec<ByteArray> = given.map(|value| ByteArray::from(text(value))).collect();
            to.typed::<ByteArrayType>().write_batch(&texts, Some(&there), None)?;
        }
        Type::Number => {
            let numbers: Vec<f64> = given.map(real).collect();
            to.typed::<DoubleType>().write_batch(&numbers, Some(&there), None)?;
        }
        Type::Whole | Type::Time => {
            let numbers: Vec<i64> = given.map(whole).collect();
            to.typed::<Int64Type>().write_batch(&numbers, Some(&there), None)?;
        }
    }
    Ok(())
}

fn text<'r>(value: &Value<'r>) -> &'r str {
    if let Value::Text(text) = value { text } else { "" }
}

fn real(value: &Value<'_>) -> f64 {
    if let Value::Number(number) = value { nearest(*number) } else { f64::NAN }
}

/// A whole number, the greatest or least there is where it is beyond that, as the view has it; a time in microseconds.
fn whole(value: &Value<'_>) -> i64 {
    let bound = |number: &Decimal| if number.is_sign_negative() { i64::MIN } else { i64::MAX };
    match value {
        Value::Number(number) => number.to_i64().unwrap_or_else(|| bound(number)),
        Value::Time(at) => at.as_microsecond(),
        Value::None | Value::Text(_) => 0,
    }
}
