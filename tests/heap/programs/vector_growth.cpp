/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 1 executions of auto
 * A reference to an element is kept while the vector grows. FIXED: the index is kept.
 */
#include <string>
#include <vector>

int main()
{
	std::vector<std::string> names{
		"one name that is too long to lie in the string itself"
	};
#ifdef FIXED
	size_t first = 0;
#else
	std::string &first = names[0];
#endif
	for (int i = 0; i < 100; i++)
		names.push_back("another");
#ifdef FIXED
	return names[first].size() < 10;
#else
	return first.size() < 10;
#endif
}
