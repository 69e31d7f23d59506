/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a schedule's text, and its file all or nothing; see schedule.h. */
#include "tool/trace/schedule.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/trace/schedule_header.h"
#include "tool/trace/schedule_line.h"
#include "tool/trace/text.h"

static void write_comment(const char *comment, FILE *stream)
{
	const char *line = comment;

	while (line) {
		size_t size = strcspn(line, "\n");

		fputs(size ? "# " : "#", stream);
		text_write_comment(stream, line, size);
		fputc('\n', stream);
		line = line[size] ? line + size + 1 : NULL;
	}
}

static bool is_decision_sound(
	const struct schedule *schedule, const struct schedule_decision *decision)
{
	struct wire_decision wire;

	if (decision->op <= OP_NONE || decision->op >= OP_KIND_COUNT)
		return false;
	if (decision->kind <= WIRE_DECISION_NONE || decision->kind >= WIRE_DECISION_COUNT)
		return false;
	if (decision->occurrence == 0 || decision->repetition == 0)
		return false;
	if (decision->location != WIRE_NONE && decision->location >= schedule->location_count)
		return false;
	if (schedule_chooses_thread(decision->kind) != (decision->chosen[0] != '\0'))
		return false;
	return schedule_decision_to_wire(decision, &wire) == 0;
}

/* Is there anything in it that the reader would refuse? */
static bool is_sound(const struct schedule *schedule)
{
	if (!schedule->program)
		return false;
	for (size_t i = 0; i < schedule->decision_count; i++)
		if (!is_decision_sound(schedule, &schedule->decisions[i]))
			return false;
	return true;
}

int schedule_write(const struct schedule *schedule, FILE *stream)
{
	if (!is_sound(schedule))
		return -EINVAL;
	errno = 0;
	fprintf(stream, "weft %d\n", SCHEDULE_VERSION);
	write_comment(schedule->comment, stream);
	schedule_headers_write(schedule, stream);
	if (schedule->decision_count)
		fputc('\n', stream);
	for (size_t i = 0; i < schedule->decision_count; i++)
		schedule_line_write(schedule, &schedule->decisions[i], stream);
	fputs("end\n", stream);
	if (fflush(stream) == 0 && !ferror(stream))
		return 0;
	return errno ? -errno : -EIO;
}

/* Takes over the descriptor. Complete on the disk once it returned 0. */
static int write_descriptor(const struct schedule *schedule, int fd)
{
	FILE *stream = fdopen(fd, "w");
	int r;

	if (!stream) {
		r = -errno;
		close(fd);
		return r;
	}
	r = schedule_write(schedule, stream);
	if (r == 0 && fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
		r = -errno;
	if (fclose(stream) != 0 && r == 0)
		r = -errno;
	return r;
}

static int replace_file(const struct schedule *schedule, const char *path)
{
	char *temporary = NULL;
	int fd, r;

	if (asprintf(&temporary, "%s.%d.tmp", path, (int)getpid()) < 0)
		return -ENOMEM;
	/* Nobody else uses the name: what is there was left behind by a killed process. */
	unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		r = -errno;
		free(temporary);
		return r;
	}
	r = write_descriptor(schedule, fd);
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	free(temporary);
	return r;
}

/* Devices and pipes, /dev/stdout say, cannot be replaced by a rename. */
static int write_in_place(const struct schedule *schedule, const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : write_descriptor(schedule, fd);
}

int schedule_save(const struct schedule *schedule, const char *path, struct diag *diag)
{
	struct stat status;
	int r;

	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		r = write_in_place(schedule, path);
	else
		r = replace_file(schedule, path);
	if (r == -EINVAL)
		return diag_set(
			diag, r, "cannot write '%s': the schedule is not complete", path);
	if (r < 0)
		return diag_set(diag, r, "cannot write '%s': %s", path, strerror(-r));
	return 0;
}
