using System.Globalization;
using System.Text.Json.Nodes;
using Bongsu.Telemetry;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>Runs single cases of the TraceQL suite: traces and spans have numbers there, times are relative to a base.</summary>
internal sealed class TraceQlSuite
{
    private readonly HttpClient _client;
    private readonly long _baseSeconds;
    private readonly JsonArray _traces;
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<Dictionary<string, int>> _spans = [];

    public TraceQlSuite(HttpClient client, JsonArray traces, long baseSeconds)
    {
        (_client, _traces, _baseSeconds) = (client, traces, baseSeconds);
        for (var i = 0; i < traces.Count; i++)
        {
            _numbers[((string)traces[i]!["id"]!).TrimStart('0')] = i;
            _spans.Add(traces[i]!["spans"]!.AsArray().Select((s, j) => ((string)s!, j)).ToDictionary(s => s.Item1, s => s.j));
        }
    }

    /// <summary>Null when the answer is right, else what differs.</summary>
    public async Task<string?> RunAsync(JsonObject item)
    {
        var check = (string)item["check"]!;
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(item, check));
        foreach (var (name, value) in item["headers"]?.AsObject() ?? [])
            request.Headers.TryAddWithoutValidation(name, (string)value!);
        using var response = await _client.SendAsync(request);
        var expect = item["expect"]!.AsObject();
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        if (check is "error" or "status")
            return (int)response.StatusCode == (int)expect["status"]! && ((string?)expect["body"] ?? text.Trim()) == text.Trim() ? null : $"HTTP {(int)response.StatusCode}";
        if (!response.IsSuccessStatusCode)
            return $"HTTP {(int)response.StatusCode}: {text}";
        if (response.Content.Headers.ContentType?.MediaType == "application/protobuf")
            return CountSpans(bytes, check == "trace-v2") == (int)expect["spans"]! ? null : "spans are missing";
        var answer = JsonNode.Parse(text)!;
        return check switch
        {
            "search" => Compare(expect["result"]!, Search(item, answer)),
            "search-limit" => Limited(item, expect, answer),
            "search-spss" => Capped(item, expect, answer),
            "search-meta" => Compare(expect["result"]!, Meta(answer)),
            "search-select" => Compare(expect["result"]!, Selected(item, answer)),
            "trace" or "trace-v2" => Traces(answer).Count() == (int)expect["spans"]! ? null : "spans are missing",
            "tags" => Compare(expect["names"]!, Sorted(answer["tagNames"]!.AsArray().Select(n => (string)n!))),
            "tags-v2" => Scopes(item, expect, answer),
            "values" => Compare(expect["values"]!, Sorted(answer["tagValues"]!.AsArray().Select(n => (string)n!))),
            "values-v2" => Compare(expect["values"]!, Sorted(answer["tagValues"]!.AsArray().Where(v => (string)v!["value"]! != "").Select(v => $"{v!["type"]}:{v["value"]}"))),
            "metrics" => Metrics(item, expect["series"]!.AsObject(), answer),
            _ => $"unknown check {check}",
        };
    }

    private string Url(JsonObject item, string check)
    {
        var parameters = new Dictionary<string, JsonNode?>();
        if ((bool?)item["window"] != false)
            (parameters["start"], parameters["end"]) = (JsonValue.Create(-2100L), JsonValue.Create(300L));
        if (check.StartsWith("search", StringComparison.Ordinal))
            (parameters["limit"], parameters["spss"]) = ("10000", "10000");
        foreach (var (name, value) in item["params"]?.AsObject() ?? [])
            parameters[name] = value;
        if (item["q"] is { } q)
            parameters["q"] = q;
        var path = (string?)item["path"] ?? "/api/search";
        var brace = path.IndexOf("{trace:", StringComparison.Ordinal);
        if (brace >= 0)
        {
            var end = path.IndexOf('}', brace);
            path = path[..brace] + (string)_traces[int.Parse(path[(brace + 7)..end], CultureInfo.InvariantCulture)]!["id"]! + path[(end + 1)..];
        }
        return "/tempo" + path + "?" + string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{p.Key}={Uri.EscapeDataString(Value(p.Key, p.Value!))}"));
    }

    private string Value(string name, JsonNode value) =>
        name is "start" or "end" && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (long.Parse(value.ToString(), CultureInfo.InvariantCulture) + _baseSeconds).ToString(CultureInfo.InvariantCulture) : value.ToString();

    private IEnumerable<(int Number, JsonNode Trace)> Found(JsonObject item, JsonNode answer)
    {
        foreach (var trace in answer["traces"]!.AsArray())
        {
            var number = _numbers[((string)trace!["traceID"]!).TrimStart('0')];
            if ((string?)item["traces"] != "connected" || (string)_traces[number]!["shape"]! is not ("fragment" or "missing-parent"))
                yield return (number, trace);
        }
    }

    private JsonObject Search(JsonObject item, JsonNode answer)
    {
        var result = new JsonObject();
        foreach (var (number, trace) in Found(item, answer).OrderBy(t => t.Number))
        {
            var groups = trace["spanSets"]!.AsArray().Select(s => (By: By(s!), Spans: Ranges(Numbers(number, s!)))).OrderBy(g => string.Join(',', g.By), StringComparer.Ordinal).ThenBy(g => g.Spans, StringComparer.Ordinal).ToList();
            result[$"{number}"] = groups is [{ By.Count: 0 } only]
                ? only.Spans
                : new JsonArray([.. groups.Select(g => (JsonNode)new JsonObject { ["by"] = new JsonArray([.. g.By.Select(b => (JsonNode)b)]), ["spans"] = g.Spans })]);
        }
        return result;
    }

    private static List<string> By(JsonNode set) =>
        [.. (set["attributes"]?.AsArray() ?? []).Select(a => Text(a!["value"]!) is "string:nil" ? "none" : Text(a["value"]!)).Order(StringComparer.Ordinal)];

    private List<int> Numbers(int trace, JsonNode set) => [.. set["spans"]!.AsArray().Select(s => _spans[trace][(string)s!["spanID"]!]).Order()];

    private string? Limited(JsonObject item, JsonObject expect, JsonNode answer)
    {
        var got = Search(item, answer);
        if (got.Count != (int)expect["returned"]!)
            return $"{got.Count} traces";
        return got.All(t => JsonNode.DeepEquals(t.Value, expect["result"]![t.Key])) ? null : "a trace is not of the complete result";
    }

    private string? Capped(JsonObject item, JsonObject expect, JsonNode answer)
    {
        var cap = (int)item["params"]!["spss"]!;
        var wanted = expect["result"]!.AsObject();
        var found = Found(item, answer).ToList();
        if (found.Count != wanted.Count)
            return $"{found.Count} traces";
        foreach (var (number, trace) in found)
        {
            var set = trace["spanSets"]![0]!;
            var matched = (int)wanted[$"{number}"]![0]![0]!;
            if ((int)set["matched"]! != matched || Numbers(number, set).Count != Math.Min(cap, matched))
                return $"trace {number}: {set["matched"]} matched, {Numbers(number, set).Count} spans";
        }
        return null;
    }

    private JsonObject Meta(JsonNode answer) => new(Found([], answer).OrderBy(t => t.Number).Select(t =>
    {
        var service = (string)t.Trace["rootServiceName"]!;
        return KeyValuePair.Create($"{t.Number}", (JsonNode?)new JsonArray(service.StartsWith('<') ? "" : service, (string)t.Trace["rootTraceName"]!,
            long.Parse((string)t.Trace["startTimeUnixNano"]!, CultureInfo.InvariantCulture) - _baseSeconds * 1_000_000_000, (long)t.Trace["durationMs"]!));
    }));

    private JsonObject Selected(JsonObject item, JsonNode answer)
    {
        var names = item["select"]!.AsArray().Select(n => (string)n!).ToList();
        return new JsonObject(Found(item, answer).OrderBy(t => t.Number).Select(t => KeyValuePair.Create($"{t.Number}", (JsonNode?)new JsonObject(
            t.Trace["spanSets"]!.AsArray().SelectMany(s => s!["spans"]!.AsArray()).OrderBy(s => _spans[t.Number][(string)s!["spanID"]!]).Select(s =>
            {
                var values = s!["attributes"]!.AsArray().ToDictionary(a => (string)a!["key"]!, a => Text(a!["value"]!));
                var picked = names.Where(values.ContainsKey).Select(n => KeyValuePair.Create(n, (JsonNode?)values[n]));
                return KeyValuePair.Create($"{_spans[t.Number][(string)s["spanID"]!]}", (JsonNode?)new JsonObject(picked));
            })))));
    }

    private static string Text(JsonNode value)
    {
        var (kind, content) = value.AsObject().First();
        return kind switch
        {
            "stringValue" => $"string:{content}",
            "intValue" => $"int:{content}",
            "boolValue" => $"bool:{content}",
            "doubleValue" => "double:" + Double((double)content!),
            _ => kind,
        };
    }

    private static string Double(double value) => value.ToString("R", CultureInfo.InvariantCulture) is var text && text.AsSpan().ContainsAny('.', 'E') ? text.Replace("E+", "e+") : text + ".0";

    private static IEnumerable<JsonNode?> Traces(JsonNode answer) =>
        ((answer["batches"] ?? answer["trace"]?["resourceSpans"])?.AsArray() ?? []).SelectMany(r => r!["scopeSpans"]!.AsArray()).SelectMany(s => s!["spans"]!.AsArray());

    private static int CountSpans(byte[] bytes, bool isV2)
    {
        var count = 0;
        Count(bytes, isV2 ? [1, 1, 2, 2] : [1, 2, 2], ref count);
        return count;
    }

    private static void Count(ReadOnlySpan<byte> message, ReadOnlySpan<int> path, ref int count)
    {
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field != path[0])
                continue;
            if (path.Length == 1)
                count++;
            else
                Count(fields.Bytes, path[1..], ref count);
        }
    }

    private static string? Scopes(JsonObject item, JsonObject expect, JsonNode answer)
    {
        var got = answer["scopes"]!.AsArray().Where(s => item["intrinsic"] is not null || (string)s!["name"]! != "intrinsic")
            .ToDictionary(s => (string)s!["name"]!, s => s!["tags"]!.AsArray().Select(t => (string)t!).ToHashSet());
        foreach (var (scope, tags) in expect["scopes"]!.AsObject())
        {
            var want = tags!.AsArray().Select(t => (string)t!).ToHashSet();
            if (!got.Remove(scope, out var have) || !(scope == "intrinsic" ? want.IsSubsetOf(have) : want.SetEquals(have)))
                return $"scope {scope} differs";
        }
        return got.Count == 0 ? null : $"scopes too many: {string.Join(", ", got.Keys)}";
    }

    private string? Metrics(JsonObject item, JsonObject expect, JsonNode answer)
    {
        var series = answer["series"]!.AsArray().ToDictionary(
            s => string.Join(", ", s!["labels"]!.AsArray().Where(l => (string)l!["key"]! != "__name__").Select(l => $"{l!["key"]}={(Text(l["value"]!) is "string:nil" ? "none" : Text(l["value"]!))}").Order(StringComparer.Ordinal)),
            s => s!["samples"]!.AsArray().ToDictionary(p => long.Parse((string)p!["timestampMs"]!, CultureInfo.InvariantCulture) / 1000 - _baseSeconds, p => (double)p!["value"]!));
        foreach (var (name, points) in expect)
        {
            if (!series.Remove(name, out var got))
                return $"series {name} is missing among {string.Join(" | ", series.Keys)}";
            foreach (var (second, value) in points!.AsObject())
            {
                if (!got.Remove(long.Parse(second, CultureInfo.InvariantCulture), out var have) || Math.Abs(have - (double)value!) > 1e-9 * Math.Abs(have))
                    return $"{name} at {second}: {have}, want {value}";
            }
            if (got.Values.Any(v => v != 0))
                return $"{name}: points too many";
        }
        return series.Count == 0 ? null : $"series too many: {string.Join(" | ", series.Keys)}";
    }

    private static JsonArray Sorted(IEnumerable<string> texts) => new([.. texts.Where(t => t.Length > 0).Distinct().Order(StringComparer.Ordinal).Select(t => (JsonNode)t)]);

    private static string? Compare(JsonNode want, JsonNode got)
    {
        if (want is JsonArray list)
            want = Sorted(list.Select(t => (string)t!));
        if (JsonNode.DeepEquals(want, got))
            return null;
        if (want is not JsonObject wanted || got is not JsonObject given)
            return $"want {Short(want)}, got {Short(got)}";
        var wrong = wanted.Select(p => p.Key).Union(given.Select(p => p.Key)).First(k => !JsonNode.DeepEquals(wanted[k], given[k]));
        return $"{wanted.Count} wanted, {given.Count} given; {wrong}: want {Short(wanted[wrong])}, got {Short(given[wrong])}";
    }

    private static string Short(JsonNode? node) => node?.ToJsonString() is { } text ? text.Length > 200 ? text[..200] + "…" : text : "nothing";

    private static string Ranges(List<int> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count;)
        {
            var j = i;
            while (j + 1 < numbers.Count && numbers[j + 1] == numbers[j] + 1)
                j++;
            parts.Add(i == j ? $"{numbers[i]}" : $"{numbers[i]}-{numbers[j]}");
            i = j + 1;
        }
        return string.Join(',', parts);
    }
}
