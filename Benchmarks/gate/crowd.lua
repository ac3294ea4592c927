-- Users of one class (CLASS) with the passes of a file (PASSES), one after the other.
local passes, at = {}, 0
for pass in io.lines(os.getenv("PASSES")) do
    if pass:match("^[^.]+%.([^.]+)") == os.getenv("CLASS") then
        passes[#passes + 1] = pass
    end
end

function request()
    at = at % #passes + 1
    wrk.headers["Host"] = "grand-est.ent.example"
    wrk.headers["Cookie"] = "bascule=" .. passes[at]
    return wrk.format("GET", "/")
end
