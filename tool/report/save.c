/* SPDX-License-Identifier: Apache-2.0 */
/* A report into a file, all or nothing; the contract is in report.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/report/report.h"

#define FILE_MODE 0666

/* The process's file mode mask; there is no way to only read it. */
static mode_t current_umask(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return mask;
}

/* The report onto the stream, out of its buffer. Returns 0 or a negative errno. */
static int write_out(const struct report_writer *writer, FILE *stream)
{
	int r;

	errno = 0;
	r = writer->write(writer->context, stream);
	if (r >= 0 && fflush(stream) != 0)
		r = -errno;
	/* A writer can only tell that the stream failed; errno often says why. */
	return r == -EIO && errno ? -errno : r;
}

/* Writes to the new file and closes it. Returns 0 or a negative errno. */
static int write_new(const struct report_writer *writer, int fd)
{
	FILE *stream = fdopen(fd, "w");
	int r;

	if (!stream) {
		r = -errno;
		close(fd);
		return r;
	}
	r = write_out(writer, stream);
	if (r >= 0 && fchmod(fd, FILE_MODE & ~current_umask()) < 0)
		r = -errno;
	if (fclose(stream) != 0 && r >= 0)
		r = -errno;
	return r;
}

/* Devices and pipes are written to; a file beside them would not be them. */
static bool is_replaceable(const char *path)
{
	struct stat status;

	return lstat(path, &status) < 0 || S_ISREG(status.st_mode);
}

/* `flags`: O_APPEND, and how the file is made. */
static int save_in_place(const struct report_writer *writer, const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, FILE_MODE);
	FILE *stream = fd >= 0 ? fdopen(fd, "w") : NULL;
	int r;

	if (!stream) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	r = write_out(writer, stream);
	if (fclose(stream) != 0 && r >= 0)
		r = -errno;
	return r;
}

static int save_beside(const struct report_writer *writer, const char *path)
{
	char *temporary;
	int fd, r;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		r = -errno;
		free(temporary);
		return r;
	}
	r = write_new(writer, fd);
	if (r >= 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	free(temporary);
	return r;
}

static int tell(const struct report_writer *writer, const char *name, int r, struct diag *diag)
{
	return diag_set(
		diag, r, "cannot write the %s report %s: %s", writer->name, name, strerror(-r));
}

int report_save_with(const struct report_writer *writer, const char *path, struct diag *diag)
{
	char name[PATH_MAX + 2] = "to standard output";
	int r;

	if (strcmp(path, "-") != 0)
		snprintf(name, sizeof(name), "'%s'", path);
	if (strcmp(path, "-") == 0)
		r = write_out(writer, stdout);
	else if (is_replaceable(path))
		r = save_beside(writer, path);
	else
		r = save_in_place(writer, path, 0);
	return r < 0 ? tell(writer, name, r, diag) : 0;
}

/* A report and what writes it, as a writer's context. */
struct task {
	const struct report_ops *ops;
	const struct report *report;
};

static int write_task(const void *context, FILE *stream)
{
	const struct task *task = context;

	return task->ops->write(task->report, stream);
}

int report_save(const struct report_ops *ops, const struct report *report, const char *path,
	struct diag *diag)
{
	const struct task task = { ops, report };
	const struct report_writer writer = { ops->name, write_task, &task };

	return report_save_with(&writer, path, diag);
}

int report_append(const struct report_ops *ops, const struct report *report, const char *path,
	struct diag *diag)
{
	const struct task task = { ops, report };
	const struct report_writer writer = { ops->name, write_task, &task };
	char name[PATH_MAX + 2];
	int r = save_in_place(&writer, path, O_APPEND | O_CREAT);

	snprintf(name, sizeof(name), "'%s'", path);
	return r < 0 ? tell(&writer, name, r, diag) : 0;
}
