-- SPDX-License-Identifier: Apache-2.0
-- GETs of random addresses: wrk -s get.lua URL -- PREFIX FILE SUFFIX, one address a line of FILE.
local requests, position = {}, 0

function init(arguments)
  for line in io.lines(arguments[2]) do
    requests[#requests + 1] = wrk.format("GET", arguments[1] .. line .. (arguments[3] or ""))
  end
  math.randomseed(os.time())
  position = math.random(#requests)
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %.3f %.3f %.3f\n", summary.requests,
    errors.status + errors.read + errors.write + errors.connect + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
