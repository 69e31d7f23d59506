/* SPDX-License-Identifier: Apache-2.0 */
/* C++'s operators new and delete in all their forms, called as functions. */
#undef NDEBUG
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace
{

constexpr std::align_val_t wide{ 256 };
constexpr std::size_t size = 100;

void *checked(void *block, std::size_t alignment = 16)
{
	assert(block && reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
	std::memset(block, 1, size);
	return block;
}

void probe_single()
{
	operator delete(checked(operator new(size)));
	operator delete(checked(operator new(size)), size);
	operator delete(checked(operator new(size, std::nothrow)), std::nothrow);
	operator delete(checked(operator new(size, wide), 256), wide);
	operator delete(checked(operator new(size, wide), 256), size, wide);
	operator delete(
		checked(operator new(size, wide, std::nothrow), 256), wide, std::nothrow);
}

void probe_arrays()
{
	operator delete[](checked(operator new[](size)));
	operator delete[](checked(operator new[](size)), size);
	operator delete[](checked(operator new[](size, std::nothrow)), std::nothrow);
	operator delete[](checked(operator new[](size, wide), 256), wide);
	operator delete[](checked(operator new[](size, wide), 256), size, wide);
	operator delete[](
		checked(operator new[](size, wide, std::nothrow), 256), wide, std::nothrow);
}

/* Too much is refused as the form promises. */
void probe_refusals()
{
	volatile std::size_t huge = SIZE_MAX / 2;
	int thrown = 0;

	assert(!operator new(huge, std::nothrow) && !operator new[](huge, wide, std::nothrow));
	try {
		operator delete(operator new(huge));
	} catch (const std::bad_alloc &) {
		thrown++;
	}
	assert(thrown == 1);
}

} // namespace

int main()
{
	probe_single();
	probe_arrays();
	probe_refusals();
	return 0;
}
