# SPDX-License-Identifier: Apache-2.0
# Thin over Meson: every target makes sure that the dependencies are there, builds, and hands on.

BUILD ?= build

.PHONY: all setup demo check check-sql bench first-bug install clean

all: setup
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD)
	@ninja -C $(BUILD)

setup:
	@sh scripts/install-dependencies.sh

demo: all
	@sh scripts/demo.sh $(BUILD)

check: all
	@sh scripts/check.sh $(BUILD)

check-sql: all
	@sh scripts/check-sql.sh $(BUILD)

bench: all
	@sh bench/run.sh $(BUILD)

first-bug: all
	@$(BUILD)/bench/first-bug/weft-first-bug --weft $(BUILD)/weft --programs $(BUILD)/bench/first-bug \
		--json $(BUILD)/first-bug.json

install: all
	@meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD)
