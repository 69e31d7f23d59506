/* SPDX-License-Identifier: Apache-2.0 */
/* An outcome's line: what is written is read back as the same outcome, and nonsense is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/analysis/outcome.h"
#include "tool/analysis/outcome_line.h"
#include "tool/launch/output.h"
#include "tool/launch/server.h"
#include "tool/trace/observations.h"

/* Records as the runtime writes them. */
struct records {
	_Alignas(8) uint8_t bytes[65536];
	size_t size;
};

static struct wire_observation *add(
	struct records *records, uint16_t kind, const char *name, const char *text)
{
	struct wire_observation *o = (void *)(records->bytes + records->size);
	size_t size = sizeof(*o) + strlen(name) + 1 + (text ? strlen(text) + 1 : 0);

	size = (size + 7) & ~(size_t)7;
	memset(o, 0, size);
	o->size = (uint32_t)size;
	o->kind = kind;
	o->name_size = (uint16_t)(strlen(name) + 1);
	strcpy(o->name, name);
	if (text)
		strcpy(o->name + o->name_size, text);
	records->size += size;
	return o;
}

static struct server_outcome outcome_of(struct records *records, int status, char *output)
{
	return (struct server_outcome){
		.result.value = status,
		.output = output,
		.output_size = strlen(output),
		.output_hash = output_hash_of(output, strlen(output)),
		.observations = records->bytes,
		.observations_size = records->size,
	};
}

static char *line_of(const struct server_outcome *outcome, bool brief)
{
	const struct outcome_text text = {
		.exit_status = outcome->result.value,
		.output = outcome->output,
		.output_size = outcome->output_size,
		.output_hash = outcome->output_hash,
		.observations = outcome->observations,
		.observations_size = outcome->observations_size,
		.brief = brief,
	};
	char *line;
	size_t size;
	FILE *stream = open_memstream(&line, &size);

	assert_int_equal(outcome_line_write(&text, stream), 0);
	fclose(stream);
	return line;
}

static void assert_reads_back(const struct server_outcome *outcome)
{
	char *line = line_of(outcome, false);
	uint64_t identity = 0;
	struct diag diag;

	if (outcome_line_parse(line, &identity, &diag) < 0)
		fail_msg("'%s': %s", line, diag.text);
	assert_int_equal(identity, outcome_identity(outcome));
	free(line);
}

static void names_are_sorted_and_strings_escaped(void **state)
{
	static struct records records;
	char output[] = "a\tb\n\"\\\x01\xff";
	struct server_outcome outcome;
	char *line;

	(void)state;
	records.size = 0;
	add(&records, WIRE_OBSERVED_VALUE, "b", NULL)->value = -2;
	add(&records, WIRE_OBSERVED_TEXT, "two words", "x=\"y\", z");
	add(&records, WIRE_OBSERVED_OPERATION, "a", NULL);
	add(&records, WIRE_OBSERVED_VALUE, "b", NULL)->value = INT64_MIN;
	outcome = outcome_of(&records, 3, output);
	line = line_of(&outcome, false);
	assert_string_equal(line, "exit 3 output \"a\\tb\\n\\\"\\\\\\x01\\xff\" "
				  "b=-2,-9223372036854775808 "
				  "\"two words\"=\"x=\\\"y\\\", z\"");
	free(line);
	assert_reads_back(&outcome);
}

static void what_is_long_is_a_hash_or_cut(void **state)
{
	static struct records records;
	static char output[3000];
	struct server_outcome outcome;
	char *line;

	(void)state;
	records.size = 0;
	memset(output, 'x', sizeof(output) - 1);
	for (int i = 0; i < 100; i++)
		add(&records, WIRE_OBSERVED_VALUE, "n", NULL)->value = i;
	outcome = outcome_of(&records, 0, output);
	assert_reads_back(&outcome);
	line = line_of(&outcome, false);
	assert_true(strlen(line) < 100);
	free(line);
	line = line_of(&outcome, true);
	assert_non_null(strstr(line, "xxx\"... n=0,1,2,3,4,5,6,7,... (100)"));
	free(line);
}

static void only_the_order_within_a_name_tells_outcomes_apart(void **state)
{
	static struct records a, b, c;
	char none[] = "";
	struct server_outcome x, y, z;

	(void)state;
	a.size = b.size = c.size = 0;
	add(&a, WIRE_OBSERVED_VALUE, "p", NULL)->value = 1;
	add(&a, WIRE_OBSERVED_VALUE, "q", NULL)->value = 2;
	add(&a, WIRE_OBSERVED_VALUE, "p", NULL)->value = 3;
	add(&b, WIRE_OBSERVED_VALUE, "q", NULL)->value = 2;
	add(&b, WIRE_OBSERVED_VALUE, "p", NULL)->value = 1;
	add(&b, WIRE_OBSERVED_VALUE, "p", NULL)->value = 3;
	add(&c, WIRE_OBSERVED_VALUE, "q", NULL)->value = 2;
	add(&c, WIRE_OBSERVED_VALUE, "p", NULL)->value = 3;
	add(&c, WIRE_OBSERVED_VALUE, "p", NULL)->value = 1;
	x = outcome_of(&a, 0, none);
	y = outcome_of(&b, 0, none);
	z = outcome_of(&c, 0, none);
	assert_int_equal(outcome_identity(&x), outcome_identity(&y));
	assert_int_not_equal(outcome_identity(&x), outcome_identity(&z));
}

static void nonsense_is_refused(void **state)
{
	static const char *const lines[] = { "", "exit", "exit x output \"\"", "exit 0",
		"exit 0 output", "exit 0 output \"", "exit 0 output \"\\q\"",
		"exit 0 output \"\\x4\"", "exit 0 output #12", "exit 0 output \"\" ",
		"exit 0 output \"\" a", "exit 0 output \"\" a=", "exit 0 output \"\" =1",
		"exit 0 output \"\" a=1,", "exit 0 output \"\" a=1;", "exit 0 output \"\" 1=1",
		"exit 0 output \"\" a= 1", "exit 0  output \"\"",
		"exit 0 output \"\" a=99999999999999999999" };
	struct diag diag;
	uint64_t identity;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (outcome_line_parse(lines[i], &identity, &diag) >= 0)
			fail_msg("'%s' is not refused", lines[i]);
}

static void damaged_records_end_the_reading(void **state)
{
	static struct records records;
	struct wire_observation *o;
	size_t at = 0;

	(void)state;
	records.size = 0;
	add(&records, WIRE_OBSERVED_VALUE, "fine", NULL);
	o = add(&records, WIRE_OBSERVED_VALUE, "damaged", NULL);
	o->name_size = 60000;
	assert_non_null(observation_next(records.bytes, records.size, &at));
	assert_null(observation_next(records.bytes, records.size, &at));
	o->name_size = 8;
	o->size = 12;
	assert_null(observation_next(records.bytes, records.size, &at));
	o->size = 1 << 20;
	assert_null(observation_next(records.bytes, records.size, &at));
	o->size = sizeof(*o) + 8;
	assert_ptr_equal(observation_next(records.bytes, records.size, &at), o);
	at = records.size - o->size;
	o->kind = WIRE_OBSERVED_TEXT;
	assert_null(observation_next(records.bytes, records.size, &at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_sorted_and_strings_escaped),
		cmocka_unit_test(what_is_long_is_a_hash_or_cut),
		cmocka_unit_test(only_the_order_within_a_name_tells_outcomes_apart),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(damaged_records_end_the_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
