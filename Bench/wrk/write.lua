-- SPDX-License-Identifier: Apache-2.0
-- Writes of new people: wrk -s write.lua URL -- ours|floor PREFIXES HOUSEHOLDS SPAN
-- PREFIXES: a line "001190 1990", the first six digits of an ID of a woman and her year of birth; SPAN says
-- which four lines this run uses, so that no run repeats an ID. HOUSEHOLDS: a line "household commune".
local ours, prefixes, households, serial, first = false, {}, {}, -1, 0

local function lines(file)
  local list = {}
  for line in io.lines(file) do
    local left, right = line:match("^(%d+) (%d+)$")
    list[#list + 1] = { left, right }
  end
  return list
end

function init(arguments)
  ours = arguments[1] == "ours"
  prefixes, households = lines(arguments[2]), lines(arguments[3])
  first = tonumber(arguments[4]) * 4
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  serial = serial + 1
  local prefix = prefixes[(first + math.floor(serial / 1000000)) % #prefixes + 1]
  local household = households[serial % #households + 1]
  local id = prefix[1] .. string.format("%06d", serial % 1000000)
  if ours then
    return wrk.format("PUT", "/api/v1/registers/population/records/" .. id, nil,
      '{"item":{"name":"Nguyễn Thị Hương","birth":"' .. prefix[2] .. '-01-02","sex":"female","ethnicity":"01",'
      .. '"household":"' .. household[1] .. '","relation":"other","commune":"' .. household[2] .. '"}}')
  end
  return wrk.format("POST", "/people", nil,
    '{"id":"' .. id .. '","name":"Nguyễn Thị Hương","birth":"' .. prefix[2] .. '-01-02","sex":"F","hh":'
    .. string.format("%d", tonumber(household[1])) .. ',"ward":' .. string.format("%d", tonumber(household[2]))
    .. ',"addr":"other 01"}')
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %.3f %.3f %.3f\n", summary.requests,
    errors.status + errors.read + errors.write + errors.connect + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
