/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds, and how text gets into XML and JSON: see rules.h, utf8.h and xml.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/utf8.h"
#include "tool/report/xml.h"

/* All of docs/findings.md, with one blank for each run of white space. */
static char *read_page(void)
{
	FILE *stream = fopen(getenv("FINDINGS"), "re");
	char *page = NULL;
	size_t size = 0, end = 0;

	assert_non_null(stream);
	assert_true(getdelim(&page, &size, '\0', stream) > 0);
	fclose(stream);
	for (size_t i = 0; page[i]; i++) {
		if (!strchr(" \n", page[i]))
			page[end++] = page[i];
		else if (end && page[end - 1] != ' ')
			page[end++] = ' ';
	}
	page[end] = '\0';
	return page;
}

static void every_kind_of_finding_has_a_rule(void **state)
{
	(void)state;
	for (int kind = FINDING_NONE + 1; kind < FINDING_KIND_COUNT; kind++)
		if (!rule_by_name(finding_kind_name((enum finding_kind)kind)))
			fail_msg("'%s' is not in tool/report/rules.c",
				finding_kind_name((enum finding_kind)kind));
	assert_null(rule_by_name("none"));
}

static void every_rule_is_as_the_page_says(void **state)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	char *page = read_page();

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char *section;

		assert_true(asprintf(&section, "## `%s` **%s** (%s). %s", rules[i].name,
				    rules[i].title, severity_name(rules[i].severity),
				    rules[i].description) > 0);
		if (!strstr(page, section))
			fail_msg("docs/findings.md does not have: %s", section);
		assert_ptr_equal(rule_by_name(rules[i].name), &rules[i]);
		assert_int_equal(rule_index(&rules[i]), i);
		free(section);
	}
	free(page);
}

static void what_was_not_had_again_is_a_warning_at_most(void **state)
{
	struct finding finding = { .kind = FINDING_DEADLOCK, .deterministic = true };

	(void)state;
	assert_int_equal(finding_severity(&finding), SEVERITY_ERROR);
	finding.deterministic = false;
	assert_int_equal(finding_severity(&finding), SEVERITY_WARNING);
	finding.deterministic = true;
	finding.unrepeated = true;
	assert_int_equal(finding_severity(&finding), SEVERITY_WARNING);
}

static void assert_copy(const char *text, const char *expected)
{
	char *copy = utf8_copy(text);

	assert_string_equal(copy, expected);
	free(copy);
}

static void bytes_that_are_not_utf8_are_replaced_one_by_one(void **state)
{
	(void)state;
	assert_copy("", "");
	assert_copy("a\x01 \xc3\xa9 \xe2\x82\xac \xf0\x9f\xa7\xb5",
		"a\x01 \xc3\xa9 \xe2\x82\xac \xf0\x9f\xa7\xb5");
	assert_copy("\xff"
		    "a\xfe",
		"?a?");
	/* Cut off, by the end and by another character. */
	assert_copy("\xe2\x82", "??");
	assert_copy("\xe2\x82z", "??z");
	assert_copy("\xc3", "?");
	/* Overlong, a surrogate, beyond the last code. */
	assert_copy("\xc0\xaf", "??");
	assert_copy("\xe0\x80\xaf", "???");
	assert_copy("\xf0\x80\x80\xaf", "????");
	assert_copy("\xed\xa0\x80", "???");
	assert_copy("\xf4\x90\x80\x80", "????");
	assert_copy("\x80", "?");
}

static void assert_xml(const char *text, const char *in_text, const char *in_attribute)
{
	char *written;
	size_t size;
	FILE *stream = open_memstream(&written, &size);

	xml_write_text(text, stream);
	fclose(stream);
	assert_string_equal(written, in_text);
	free(written);
	stream = open_memstream(&written, &size);
	xml_write_attribute("n", text, stream);
	fclose(stream);
	assert_string_equal(written, in_attribute);
	free(written);
}

static void xml_holds_any_text(void **state)
{
	(void)state;
	assert_xml("a<b>&\"'c", "a&lt;b&gt;&amp;&quot;'c", " n=\"a&lt;b&gt;&amp;&quot;'c\"");
	assert_xml("]]>", "]]&gt;", " n=\"]]&gt;\"");
	assert_xml("a\tb\nc\rd", "a\tb\nc&#13;d", " n=\"a&#9;b&#10;c&#13;d\"");
	assert_xml("\x01\x1b\x7f", "??\x7f", " n=\"??\x7f\"");
	assert_xml("\xff\xc3\xa9\xef\xbf\xbf\xef\xbf\xbe", "?\xc3\xa9??", " n=\"?\xc3\xa9??\"");
}

static void assert_writes(
	const struct report_ops *ops, const struct report *report, const char *part)
{
	char *written;
	size_t size;
	FILE *stream = open_memstream(&written, &size);

	assert_int_equal(ops->write(report, stream), 0);
	fclose(stream);
	if (!strstr(written, part))
		fail_msg("'%s' is not in: %s", part, written);
	free(written);
}

static void a_campaign_that_could_not_go_on_has_not_passed(void **state)
{
	char program[] = "./prog", *command[] = { program, NULL };
	const struct report report = {
		.command = command,
		.strategy = "auto",
		.executions = 7,
		.error = "cannot start 'a<b'",
		.source_root = "/",
	};

	(void)state;
	assert_writes(&report_json, &report, "\"error\": \"cannot start 'a<b'\"");
	assert_writes(&report_junit, &report, "tests=\"1\" failures=\"0\" errors=\"1\"");
	assert_writes(&report_junit, &report, "message=\"cannot start 'a&lt;b'\"");
	assert_writes(&report_sarif, &report, "\"executionSuccessful\": false");
	assert_writes(&report_sarif, &report, "\"text\": \"cannot start 'a<b'\"");
	assert_writes(&report_sarif, &report, "\"uri\": \"file:///\"");
	assert_writes(&report_code_quality, &report, "[]");
	assert_writes(&report_markdown, &report, "could not go on: cannot start 'a&lt;b'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_finding_has_a_rule),
		cmocka_unit_test(every_rule_is_as_the_page_says),
		cmocka_unit_test(what_was_not_had_again_is_a_warning_at_most),
		cmocka_unit_test(bytes_that_are_not_utf8_are_replaced_one_by_one),
		cmocka_unit_test(xml_holds_any_text),
		cmocka_unit_test(a_campaign_that_could_not_go_on_has_not_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
