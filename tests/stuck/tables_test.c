/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of /proc, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tool/stuck/lock_table.h"
#include "tool/stuck/net_table.h"
#include "tool/stuck/proc_file.h"

static const char tcp[] =
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
	"timeout inode\n"
	"   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0     "
	"   0 100 1 0 100 0 0 10 0\n"
	"   1: 0100007F:C350 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0     "
	"   0 200 1 0 20 4 30 10 -1\n"
	"   2: 0100007F:1538 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0     "
	"   0 300 1 0 20 4 30 10 -1\n";

static void a_connection_leads_to_its_other_end(void **state)
{
	struct net_entry entry, peer;
	char text[64];

	(void)state;
	assert_int_equal(net_find(tcp, false, 200, &entry), 0);
	net_address(&entry, true, text, sizeof(text));
	assert_string_equal(text, "127.0.0.1:5432");
	assert_int_equal(net_find_peer(tcp, false, &entry, &peer), 0);
	assert_int_equal(peer.inode, 300);
}

static void a_listening_socket_is_told_from_a_connection(void **state)
{
	struct net_entry entry;

	(void)state;
	assert_int_equal(net_find(tcp, false, 100, &entry), 0);
	assert_true(entry.is_listening);
	assert_int_equal(net_find(tcp, false, 101, &entry), -2);
}

static void addresses_of_version_6_are_read(void **state)
{
	static const char line[] = "   0: 00000000000000000000000001000000:0050 "
				   "00000000000000000000000000000000:0000 0A 00000000:00000000 "
				   "00:00000000 00000000 "
				   "0 0 7 1 0\n";
	struct net_entry entry;
	char text[64];

	(void)state;
	assert_int_equal(net_find(line, true, 7, &entry), 0);
	net_address(&entry, false, text, sizeof(text));
	assert_string_equal(text, "[::1]:80");
	assert_int_not_equal(net_find(tcp, true, 200, &entry), 0);
}

static void paths_of_unix_sockets_are_found(void **state)
{
	static const char text[] =
		"Num       RefCount Protocol Flags    Type St Inode Path\n"
		"0000000000000000: 00000002 00000000 00010000 0001 01 41 /run/my socket\n"
		"0000000000000000: 00000003 00000000 00000000 0001 03 42\n";
	char path[NET_PATH_SIZE];

	(void)state;
	assert_int_equal(net_find_unix(text, 41, path), 0);
	assert_string_equal(path, "/run/my socket");
	assert_int_equal(net_find_unix(text, 42, path), 0);
	assert_string_equal(path, "");
	assert_int_not_equal(net_find_unix(text, 43, path), 0);
}

static const char locks[] = "1: POSIX  ADVISORY  WRITE 500 08:01:1 0 EOF\n"
			    "2: FLOCK  ADVISORY  WRITE 501 08:01:2 0 EOF\n"
			    "2: -> FLOCK  ADVISORY  WRITE 502 08:01:2 0 EOF\n"
			    "3: OFDLCK ADVISORY  WRITE -1 08:01:3 0 EOF\n"
			    "3: -> OFDLCK ADVISORY  WRITE 503 08:01:3 0 EOF\n";

static void the_holder_of_a_file_lock_is_found(void **state)
{
	pid_t holder = 0;

	(void)state;
	assert_int_equal(lock_find_holder(locks, 502, &holder), 0);
	assert_int_equal(holder, 501);
}

static void a_holder_that_is_not_told_is_not_guessed(void **state)
{
	pid_t holder = 0;

	(void)state;
	assert_int_not_equal(lock_find_holder(locks, 503, &holder), 0);
	assert_int_not_equal(lock_find_holder(locks, 500, &holder), 0);
	assert_int_not_equal(lock_find_holder("", 500, &holder), 0);
}

static void names_of_processes_may_hold_anything(void **state)
{
	struct proc_stat stat;

	(void)state;
	assert_int_equal(proc_parse_stat("12 (a) S 9 (b)) Z 1 2 3 4 5 64 0", &stat), 0);
	assert_string_equal(stat.name, "a) S 9 (b)");
	assert_int_equal(stat.state, 'Z');
	assert_int_equal(stat.parent, 1);
	assert_true(stat.is_forked);
	assert_int_not_equal(proc_parse_stat("12 (a", &stat), 0);
	assert_int_not_equal(proc_parse_stat(")12 (", &stat), 0);
	assert_int_not_equal(proc_parse_stat("", &stat), 0);
}

/* Each beginning of each text, to the last byte. */
static void cut_off_texts_are_survived(void **state)
{
	char text[sizeof(tcp) > sizeof(locks) ? sizeof(tcp) : sizeof(locks)];

	(void)state;
	for (size_t size = 0; size < sizeof(tcp); size++) {
		struct net_entry entry;
		char path[NET_PATH_SIZE];

		memcpy(text, tcp, size);
		text[size] = '\0';
		net_find(text, false, 300, &entry);
		net_find(text, true, 300, &entry);
		net_find_unix(text, 300, path);
	}
	for (size_t size = 0; size < sizeof(locks); size++) {
		pid_t holder;

		memcpy(text, locks, size);
		text[size] = '\0';
		lock_find_holder(text, 502, &holder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_leads_to_its_other_end),
		cmocka_unit_test(a_listening_socket_is_told_from_a_connection),
		cmocka_unit_test(addresses_of_version_6_are_read),
		cmocka_unit_test(paths_of_unix_sockets_are_found),
		cmocka_unit_test(the_holder_of_a_file_lock_is_found),
		cmocka_unit_test(a_holder_that_is_not_told_is_not_guessed),
		cmocka_unit_test(names_of_processes_may_hold_anything),
		cmocka_unit_test(cut_off_texts_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
