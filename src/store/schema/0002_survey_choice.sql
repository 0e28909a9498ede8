-- A message whose form fits none of several surveys clearly can be given one by an operator.

CREATE TABLE survey_choice ( -- The survey under which a message is read at an operator's word.
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id), -- The message.
    survey TEXT NOT NULL REFERENCES survey (id) -- The survey that it answers.
) STRICT;
