-- Lua: collector, strings, coroutines, files, processes. Prints what it prints on Linux.
local function sieve(n)
  local composite, primes = {}, {}
  for i = 2, n do
    if not composite[i] then
      primes[#primes + 1] = i
      for j = i * i, n, i do composite[j] = true end
    end
  end
  return primes
end
local primes = sieve(30000)
print(#primes, primes[#primes])

local keep = {}
for round = 1, 5 do
  for i = 1, 20000 do keep[i] = { i, tostring(i) .. ("x"):rep(i % 50) } end
  collectgarbage()
end
local length = 0
for _, pair in ipairs(keep) do length = length + #pair[2] end
print(length, collectgarbage("count") > 1000)
keep = nil
collectgarbage()
print(collectgarbage("count") < 4000)

local co = coroutine.wrap(function() for word in ("a few words here"):gmatch("%a+") do coroutine.yield(word:upper()) end end)
print(co(), co(), co(), co())
print(string.format("%q %5.2f %x %s", "line\n", math.pi, 255, 7 // 2), 2 ^ 53, 1 / 3, math.maxinteger)
print(string.pack("<i4z", 1000, "end"):byte(1, -1))
print(select(2, pcall(error, { code = 7 })).code)

local name = os.tmpname()
local file = assert(io.open(name, "w+"))
for i = 1, 1000 do file:write(i, " ", i * i, "\n") end
file:seek("set", 100)
print(file:read("l"), file:read("n"), file:seek("end"))
file:close()
local pipe = assert(io.popen("sort -rn " .. name .. " | head -3", "r"))
print(pipe:read("a"), pipe:close())
print(os.execute("exit 3"))
print(os.remove(name), (select(3, io.open(name))))
print(os.date("!%Y-%m-%d %H:%M:%S", 1e9), os.getenv("NOWHERE"))
