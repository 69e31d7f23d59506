/* SPDX-License-Identifier: Apache-2.0 */
/* Table and JSON; see results.h. */
#include "bench/results.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Half of the samples lie between these. */
#define LOW 0.25
#define HIGH 0.75

#define LABEL_SIZE 256

/* "model name	: AMD EPYC" of the first processor. */
static void read_cpu_name(char *name, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[LABEL_SIZE];

	snprintf(name, size, "unknown processor");
	while (file && fgets(line, sizeof(line), file)) {
		char *value = strchr(line, ':');

		if (strncmp(line, "model name", strlen("model name")) != 0 || !value)
			continue;
		value[strcspn(value, "\n")] = '\0';
		snprintf(name, size, "%s", value + 2);
		break;
	}
	if (file)
		fclose(file);
}

void results_print_head(FILE *out, unsigned int rounds)
{
	struct utsname system;
	char cpu[LABEL_SIZE];

	read_cpu_name(cpu, sizeof(cpu));
	uname(&system);
	fprintf(out, "%s, %ld processors, Linux %s; median of %u samples (quartiles)\n", cpu,
		sysconf(_SC_NPROCESSORS_ONLN), system.release, rounds);
}

/* A time with the unit that makes it readable. */
static void print_time(FILE *out, double seconds)
{
	if (seconds < 1e-3)
		fprintf(out, "%8.1f us", seconds * 1e6);
	else
		fprintf(out, "%8.1f ms", seconds * 1e3);
}

static void print_contestant(FILE *out, const struct contestant *contestant)
{
	fprintf(out, "  %-38s", contestant->name);
	print_time(out, series_median(&contestant->seconds));
	fprintf(out, "  (");
	print_time(out, series_quantile(&contestant->seconds, LOW));
	fprintf(out, " to ");
	print_time(out, series_quantile(&contestant->seconds, HIGH));
	fprintf(out, ")");
	if (contestant->is_memory_shown)
		fprintf(out, "  %8.1f MiB", series_median(&contestant->peak_mib));
	fprintf(out, "\n");
}

static void print_claim(FILE *out, const struct claim *claim)
{
	fprintf(out, "  %-38s%8.2f %-9s", claim->name, claim->value, claim->unit);
	if (claim->target > 0)
		fprintf(out, "  %s %g: %s", claim->is_at_least ? "at least" : "at most",
			claim->target, claim_is_met(claim) ? "met" : "MISSED");
	fprintf(out, "\n");
}

void results_print_case(FILE *out, const struct bench_case *bench_case)
{
	if (bench_case->is_unwanted)
		return;
	fprintf(out, "\n%s\n", bench_case->title);
	if (bench_case->skipped) {
		fprintf(out, "  skipped: %s\n", bench_case->skipped);
		return;
	}
	for (size_t i = 0; i < CASE_CONTESTANTS_MAX; i++)
		if (bench_case->contestants[i].name)
			print_contestant(out, &bench_case->contestants[i]);
	for (size_t i = 0; i < bench_case->claim_count; i++)
		print_claim(out, &bench_case->claims[i]);
	fflush(out);
}

static json_t *json_contestant(const struct contestant *contestant)
{
	json_t *object = json_pack("{s:s, s:f, s:f, s:f, s:I}", "name", contestant->name,
		"median_seconds", series_median(&contestant->seconds), "low_seconds",
		series_quantile(&contestant->seconds, LOW), "high_seconds",
		series_quantile(&contestant->seconds, HIGH), "samples",
		(json_int_t)contestant->seconds.count);

	if (contestant->is_memory_shown)
		json_object_set_new(
			object, "peak_mib", json_real(series_median(&contestant->peak_mib)));
	if (contestant->kind == CONTESTANT_WEFT) {
		json_object_set_new(
			object, "steps", json_integer((json_int_t)contestant->steps));
		json_object_set_new(
			object, "switches", json_integer((json_int_t)contestant->switches));
	}
	return object;
}

static json_t *json_claim(const struct claim *claim)
{
	json_t *object = json_pack("{s:s, s:s, s:f}", "name", claim->name, "unit", claim->unit,
		"value", claim->value);

	if (claim->target > 0) {
		json_object_set_new(object, claim->is_at_least ? "at_least" : "at_most",
			json_real(claim->target));
		json_object_set_new(object, "met", json_boolean(claim_is_met(claim)));
	}
	return object;
}

static json_t *json_case(const struct bench_case *bench_case)
{
	json_t *contestants = json_array();
	json_t *claims = json_array();

	if (bench_case->skipped)
		return json_pack("{s:s, s:s, s:o, s:o}", "name", bench_case->name, "skipped",
			bench_case->skipped, "contestants", contestants, "claims", claims);
	for (size_t i = 0; i < CASE_CONTESTANTS_MAX; i++)
		if (bench_case->contestants[i].name)
			json_array_append_new(
				contestants, json_contestant(&bench_case->contestants[i]));
	for (size_t i = 0; i < bench_case->claim_count; i++)
		json_array_append_new(claims, json_claim(&bench_case->claims[i]));
	return json_pack("{s:s, s:s, s:o, s:o}", "name", bench_case->name, "title",
		bench_case->title, "contestants", contestants, "claims", claims);
}

int results_write_json(
	const char *path, const struct bench_case *cases, size_t count, struct diag *diag)
{
	json_t *list = json_array();
	struct utsname system;
	char cpu[LABEL_SIZE];
	json_t *root;
	int r;

	read_cpu_name(cpu, sizeof(cpu));
	uname(&system);
	for (size_t i = 0; i < count; i++)
		if (!cases[i].is_unwanted)
			json_array_append_new(list, json_case(&cases[i]));
	root = json_pack("{s:s, s:s, s:I, s:s, s:o}", "weft", WEFT_VERSION, "processor", cpu,
		"processors", (json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "kernel",
		system.release, "cases", list);
	if (!root)
		return diag_set(diag, -ENOMEM, "out of memory");
	errno = EIO;
	r = json_dump_file(root, path, JSON_INDENT(2));
	json_decref(root);
	if (r < 0)
		return diag_set(diag, -errno, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}
