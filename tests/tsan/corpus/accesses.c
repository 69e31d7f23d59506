/* SPDX-License-Identifier: Apache-2.0 */
/* Plain accesses of all widths: aligned, unaligned, packed, bit-fields, compound, volatile. */
#include <stdint.h>

__extension__ typedef __int128 int128;
typedef float vector16 __attribute__((vector_size(16)));

#define WIDTH(name, type)                                   \
	type get_##name(const type *p);                     \
	void set_##name(type *p, type v);                   \
	void add_##name(type *p, type v);                   \
	type get_volatile_##name(const volatile type *p);   \
	void set_volatile_##name(volatile type *p, type v); \
	type get_##name(const type *p)                      \
	{                                                   \
		return *p;                                  \
	}                                                   \
	void set_##name(type *p, type v)                    \
	{                                                   \
		*p = v;                                     \
	}                                                   \
	void add_##name(type *p, type v)                    \
	{                                                   \
		*p += v;                                    \
	}                                                   \
	type get_volatile_##name(const volatile type *p)    \
	{                                                   \
		return *p;                                  \
	}                                                   \
	void set_volatile_##name(volatile type *p, type v)  \
	{                                                   \
		*p = v;                                     \
	}

/* may_alias and aligned(1): what memory from a file or the network looks like. */
#define UNALIGNED(name, type)                                                 \
	typedef type unaligned_##name __attribute__((aligned(1), may_alias)); \
	WIDTH(unaligned_##name, unaligned_##name)

WIDTH(int8, int8_t)
WIDTH(int16, int16_t)
WIDTH(int32, int32_t)
WIDTH(int64, int64_t)
WIDTH(int128, int128)
WIDTH(float, float)
WIDTH(double, double)
WIDTH(long_double, long double)
WIDTH(vector16, vector16)
UNALIGNED(int16, int16_t)
UNALIGNED(int32, int32_t)
UNALIGNED(int64, int64_t)
UNALIGNED(int128, int128)
UNALIGNED(vector16, vector16)

struct packed {
	char tag;
	int16_t two;
	int32_t four;
	int64_t eight;
	int128 sixteen;
} __attribute__((packed));

struct bits {
	unsigned int one : 1;
	unsigned int eleven : 11;
	int64_t wide : 50;
	unsigned char last : 3;
};

int64_t sum_packed(const struct packed *p);
void raise_packed(struct packed *p);
int64_t sum_bits(const struct bits *b);
void raise_bits(struct bits *b);
int fill_array(int *a, int n);
int sum_variable_array(int n);

int64_t sum_packed(const struct packed *p)
{
	return p->tag + p->two + p->four + p->eight + (int64_t)p->sixteen;
}

void raise_packed(struct packed *p)
{
	p->tag++;
	p->two++;
	p->four++;
	p->eight++;
	p->sixteen++;
}

int64_t sum_bits(const struct bits *b)
{
	return b->one + b->eleven + b->wide + b->last;
}

void raise_bits(struct bits *b)
{
	b->one ^= 1;
	b->eleven++;
	b->wide++;
	b->last++;
}

int fill_array(int *a, int n)
{
	for (int i = 0; i < n; i++)
		a[i] = a[n - 1 - i] + i;
	return a[0];
}

static void escape(void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

int sum_variable_array(int n)
{
	int values[n];
	int sum = 0;

	escape(values);
	for (int i = 0; i < n; i++)
		sum += values[i];
	return sum;
}
