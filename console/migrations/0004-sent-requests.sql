-- What was sent, as a hash: the same id with other content is another request. Null for those that the console has not sent.
ALTER TABLE requests ADD COLUMN digest text;
