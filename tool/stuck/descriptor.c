/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors in words; see descriptor.h. */
#include "tool/stuck/descriptor.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/stuck/lock_table.h"
#include "tool/stuck/net_table.h"
#include "tool/stuck/proc_file.h"
#include "tool/stuck/unix_peer.h"

#define PATH_SIZE 96
#define HOLDERS_TOLD 3
#define ADDRESS_SIZE 64
#define NAME_SIZE 32

/* Which ends of a pipe or socket are of interest. */
struct other_end {
	uint64_t inode;
	bool is_socket;
	bool to_write; /* ends that can be written to; else those that can be read from */
};

static const struct holders *get_holders(struct descriptors *descriptors)
{
	if (!descriptors->has_holders) {
		descriptors->has_holders = true;
		if (holders_load(&descriptors->holders, descriptors->snapshot->pid) < 0)
			descriptors->holders.is_incomplete =
				descriptors->holders.hides_relatives = true;
	}
	return &descriptors->holders;
}

void descriptors_release(struct descriptors *descriptors)
{
	if (descriptors->has_holders)
		holders_release(&descriptors->holders);
}

static bool is_end(const struct holder *holder, const struct other_end *end)
{
	if (holder->inode != end->inode || holder->is_socket != end->is_socket)
		return false;
	return end->is_socket || (end->to_write ? holder->can_write : holder->can_read);
}

static void append(char *text, const char *more)
{
	size_t len = strlen(text);

	snprintf(text + len, DESCRIPTOR_TEXT_SIZE - len, "%s", more);
}

/*
 * Names the processes that hold the other end. When it is this one alone, only its own threads
 * can help it; unless a process that could not be looked into has inherited that end.
 */
static void tell_holders(struct descriptors *descriptors, const struct other_end *end,
	struct descriptor *descriptor)
{
	const struct holders *holders = get_holders(descriptors);
	pid_t pid = descriptors->snapshot->pid;
	size_t own = 0, others = 0;
	pid_t last = 0;

	for (size_t i = 0; i < holders->count; i++) {
		const struct holder *holder = &holders->items[i];
		char name[NAME_SIZE];
		char text[DESCRIPTOR_TEXT_SIZE];

		if (!is_end(holder, end))
			continue;
		if (holder->pid == pid) {
			own++;
			continue;
		}
		if (holder->pid == last || others++ >= HOLDERS_TOLD)
			continue;
		last = holder->pid;
		holder_name(holder->pid, name, sizeof(name));
		snprintf(text, sizeof(text), "%s process %d (%s) at its descriptor %d",
			others == 1 ? "the other end is held by" : ",", holder->pid, name,
			holder->fd);
		append(descriptor->whom, text);
	}
	if (others > HOLDERS_TOLD)
		append(descriptor->whom, " and others");
	if (others == 0 && own > 0 && !holders->hides_relatives) {
		append(descriptor->whom, "the other end is held by this process only");
		descriptor->is_inside = true;
	} else if (own > 0 && others > 0) {
		append(descriptor->whom, ", and by this process");
	} else if (others == 0) {
		append(descriptor->whom,
			holders->is_incomplete
				? "who has the other end can be seen by root only"
				: "no process has the other end");
	}
}

static void describe_pipe(struct descriptors *descriptors, int fd, uint64_t inode,
	bool to_write, struct descriptor *descriptor)
{
	const struct other_end end = { .inode = inode, .to_write = !to_write };

	snprintf(descriptor->what, sizeof(descriptor->what), "the %spipe at descriptor %d",
		to_write ? "full " : "empty ", fd);
	tell_holders(descriptors, &end, descriptor);
}

static char *read_net(const struct stuck_snapshot *snapshot, const char *table)
{
	char path[PATH_SIZE];
	char *text;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/net/%s", snapshot->pid,
		snapshot->reader_tid, table);
	return proc_read(path, &text, NULL) == 0 ? text : NULL;
}

static void tell_connection(struct descriptors *descriptors, const char *text, int fd,
	const struct net_entry *entry, struct descriptor *descriptor)
{
	char address[ADDRESS_SIZE];
	struct net_entry peer;

	net_address(entry, !entry->is_listening, address, sizeof(address));
	snprintf(descriptor->what, sizeof(descriptor->what),
		entry->is_listening ? "connections to %s at descriptor %d"
				    : "the connection to %s at descriptor %d",
		address, fd);
	if (!entry->is_listening && net_find_peer(text, entry->is_v6, entry, &peer) == 0) {
		const struct other_end end = { .inode = peer.inode, .is_socket = true };

		tell_holders(descriptors, &end, descriptor);
	}
}

static bool describe_internet(
	struct descriptors *descriptors, int fd, uint64_t inode, struct descriptor *descriptor)
{
	static const struct {
		const char *name;
		bool is_v6;
	} tables[] = { { "tcp", false }, { "tcp6", true }, { "udp", false }, { "udp6", true } };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		char *text = read_net(descriptors->snapshot, tables[i].name);
		struct net_entry entry;
		bool found = text && net_find(text, tables[i].is_v6, inode, &entry) == 0;

		if (found && (entry.remote_port != 0 || entry.is_listening))
			tell_connection(descriptors, text, fd, &entry, descriptor);
		else if (found)
			snprintf(descriptor->what, sizeof(descriptor->what),
				"the %s socket for port %u at descriptor %d", tables[i].name,
				entry.local_port, fd);
		free(text);
		if (found)
			return true;
	}
	return false;
}

static void describe_unix(
	struct descriptors *descriptors, int fd, uint64_t inode, struct descriptor *descriptor)
{
	char *text = read_net(descriptors->snapshot, "unix");
	char path[NET_PATH_SIZE] = "";
	uint64_t peer;

	if (text && net_find_unix(text, inode, path) == 0 && path[0])
		snprintf(descriptor->what, sizeof(descriptor->what),
			"the unix socket '%s' at descriptor %d", path, fd);
	else
		snprintf(descriptor->what, sizeof(descriptor->what),
			"the socket at descriptor %d", fd);
	free(text);
	if (unix_peer(inode, &peer) == 0 && peer != 0) {
		const struct other_end end = { .inode = peer, .is_socket = true };

		tell_holders(descriptors, &end, descriptor);
	}
}

static void describe_file(
	int fd, const char *path, const char *link, struct descriptor *descriptor)
{
	struct stat status;

	if (strncmp(link, "anon_inode:", 11) == 0)
		snprintf(descriptor->what, sizeof(descriptor->what), "descriptor %d, an %.64s",
			fd, link + 11);
	else if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		snprintf(descriptor->what, sizeof(descriptor->what),
			"the named pipe '%.160s' at descriptor %d", link, fd);
	else if (stat(path, &status) == 0 && S_ISCHR(status.st_mode))
		snprintf(descriptor->what, sizeof(descriptor->what),
			"the device '%.160s' at descriptor %d", link, fd);
	else
		snprintf(descriptor->what, sizeof(descriptor->what),
			"the file '%.160s' at descriptor %d", link, fd);
}

void descriptor_describe(struct descriptors *descriptors, int fd, bool to_write,
	struct descriptor *ret_descriptor)
{
	const struct stuck_snapshot *snapshot = descriptors->snapshot;
	unsigned long long inode;
	char path[PATH_SIZE];
	char link[PATH_MAX];
	ssize_t len = -1;

	*ret_descriptor = (struct descriptor){ .is_inside = false };
	snprintf(path, sizeof(path), "/proc/%d/task/%d/fd/%d", snapshot->pid,
		snapshot->reader_tid, fd);
	if (!snapshot->core)
		len = readlink(path, link, sizeof(link) - 1);
	if (len < 0) {
		snprintf(ret_descriptor->what, sizeof(ret_descriptor->what), "descriptor %d",
			fd);
		return;
	}
	link[len] = '\0';
	if (sscanf(link, "pipe:[%llu]", &inode) == 1)
		describe_pipe(descriptors, fd, inode, to_write, ret_descriptor);
	else if (sscanf(link, "socket:[%llu]", &inode) != 1)
		describe_file(fd, path, link, ret_descriptor);
	else if (!describe_internet(descriptors, fd, inode, ret_descriptor))
		describe_unix(descriptors, fd, inode, ret_descriptor);
}

void descriptor_lock(struct descriptors *descriptors, int fd, struct descriptor *ret_descriptor)
{
	const struct stuck_snapshot *snapshot = descriptors->snapshot;
	char name[NAME_SIZE];
	pid_t holder;
	char *text;

	descriptor_describe(descriptors, fd, false, ret_descriptor);
	ret_descriptor->whom[0] = '\0';
	ret_descriptor->is_inside = false;
	if (snapshot->core || proc_read("/proc/locks", &text, NULL) < 0)
		return;
	if (lock_find_holder(text, snapshot->pid, &holder) == 0) {
		holder_name(holder, name, sizeof(name));
		/* A child may have inherited it, and then may give it up as well. */
		ret_descriptor->is_inside =
			holder == snapshot->pid && !get_holders(descriptors)->has_children;
		snprintf(ret_descriptor->whom, sizeof(ret_descriptor->whom),
			holder == snapshot->pid ? "held by this process itself"
						: "held by process %d (%s)",
			holder, name);
	}
	free(text);
}
