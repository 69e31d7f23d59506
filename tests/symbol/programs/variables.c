/* SPDX-License-Identifier: Apache-2.0 */
/* Variables of all shapes; the names under which their addresses are noted are the ones
 * expected. */
#include <pthread.h>
#include <stddef.h>

#include "capture.h"

struct entry {
	long key;
	struct {
		int count;
		char tag[12];
	} inner;
	union {
		int number;
		float ratio;
	};
};

int balance = 1;
int untouched[64];
struct entry table[4];
static short grid[3][5];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	pthread_mutex_t lock;
	struct entry *head;
} queue;

static int *next_ticket(void)
{
	static int ticket;

	ticket++;
	return &ticket;
}

#define NOTE(variable) capture_address(#variable, &variable)

int main(void)
{
	NOTE(balance);
	NOTE(untouched[63]);
	NOTE(table[0].key);
	NOTE(table[2].inner.count);
	NOTE(table[3].inner.tag[7]);
	NOTE(table[1].number);
	NOTE(grid[2][3]);
	NOTE(lock);
	NOTE(queue.lock);
	NOTE(queue.head);
	capture_address("lock+8", (char *)&lock + 8);
	capture_address("ticket", next_ticket());
	capture_here();
	capture_write();
	return 0;
}
