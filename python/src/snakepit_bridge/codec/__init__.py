"""What crosses the border to the silo, as bytes: values as JSON with attachments, and the message classes of the link."""
