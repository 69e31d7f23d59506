/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text inside of an XML 1.0 document in UTF-8. What XML can't hold at all (control characters,
 * bytes that are not UTF-8) becomes '?', so that no output of a program makes a document
 * invalid. Errors stay in the stream, where ferror() finds them.
 */
#ifndef WEFT_TOOL_REPORT_XML_H
#define WEFT_TOOL_REPORT_XML_H

#include <stdio.h>

/* Between tags: line breaks stay. */
void xml_write_text(const char *text, FILE *stream);

/* " NAME="VALUE"", with a blank in front; line breaks survive a parser's normalising. */
void xml_write_attribute(const char *name, const char *value, FILE *stream);

#endif
