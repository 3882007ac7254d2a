using System.Text;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing.Conformance;
using FsCheck;
using FsCheck.Fluent;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests.Segments;

/// <summary>Sealed blocks of log records: what goes in comes out, and a selection finds what looking at each line finds.</summary>
public sealed class LogBlockTests
{
    private static readonly LabelSet[] s_streams = [LabelSet.Of(("app", "a")), LabelSet.Of(("app", "b"), ("level", "debug"))];

    [Fact]
    public void Lines_of_every_form_come_back_byte_for_byte()
    {
        string[] lines =
        [
            "", "plain text", "{}", "{ }", """{"a":1}""", """{"a":1}  """, """ {"a" : "x", "b":[1,{"c":"]"}], "d":{"e":true,"f":null}}""", """{"a":"\u00e9\n\"","b":"\ud800"}""",
            """{"a":01}""", """{"a":1,}""", """{"a":1} x""", """{"a":tru}""", """{"a":-0,"b":-0.0,"c":1.50,"d":1e9,"e":0.1}""", """{"a":1,"a":2}""", """{"a.b":1,"a_b":2}""", """{"":1}""",
            """{"a b":1}""", """{"키":"값"}""", """{"k":"값"}""", """{"1":"one"}""", "{\"a\":\"\t\"}", "{\"a\u0001\":1}", """{"t":"2026-11-21T10:20:30.123Z"}""", """{"t":"2026-11-21T10:20:30Z"}""",
            """{"t":"2026-02-30T10:20:30Z"}""", """{"id":"00ff"}""", """{"id":"00FF"}""", """{"id":"req-0123456789ab"}""", """{"n":12345678901234567890}""", """{"n":"007"}""", """{"n":"u42"}""",
            new string('[', 2000), "{\"a\":" + new string('[', 2000), string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000), """{"a":{"b":{"c":[[[]]]}}}""", "{\"a\":\"\\u12\"}", "{\"a\":\"\\x\"}",
        ];
        RoundTrips(lines);
        // Alone in its block each line is the first value of its columns; many times, a dictionary.
        foreach (var line in lines)
        {
            RoundTrips([line]);
            RoundTrips([.. Enumerable.Repeat(line, 20)]);
        }
    }

    [Fact]
    public void Columns_of_like_values_come_back() => Prop.ForAll<int, byte>((seed, kind) =>
    {
        var random = new Random(seed);
        var at = DateTime.UnixEpoch.AddSeconds(random.Next(60_000_000, int.MaxValue));
        RoundTrips([.. Enumerable.Range(0, 200).Select(i => $$"""{"v":{{Value(random, kind, at.AddMilliseconds(i * 37))}},"w":{{random.Next(3)}}}""")]);
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Any_texts_come_back() => Prop.ForAll<NonNull<string>[], int>((texts, seed) =>
    {
        var random = new Random(seed);
        RoundTrips([.. texts.Select(t => random.Next(3) switch
        {
            0 => t.Get,
            1 => System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string> { ["k"] = t.Get, [t.Get] = "v" }),
            _ => $"{{\"k\":{t.Get}}}",
        })]);
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Selections_by_field_find_what_each_line_says() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var batch = Batch([.. Enumerable.Range(0, 150).Select(_ => Line(random))]);
        var condition = Condition(random);
        var expected = Enumerable.Range(0, batch.Count).Where(row => MustPass(batch, row, condition)).ToHashSet();
        var found = Times(Select(batch, new LogSelect(0, long.MaxValue, []) { Fields = [condition] }));
        Assert.Subset(found, expected);
        // Nothing is given needlessly where a line has nothing odd about it.
        foreach (var row in found.Except(expected))
            Assert.True(IsOdd(batch.BodyText(row)), $"{Describe(condition)} does not want {batch.BodyText(row)}");
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Selections_by_needle_find_what_each_line_says() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var batch = Batch([.. Enumerable.Range(0, random.Next(8) == 0 ? 700 : 150).Select(_ => Line(random))]);
        var from = batch.BodyText(random.Next(batch.Count));
        var start = random.Next(from.Length);
        var needle = random.Next(8) == 0 ? "absent" : from.Substring(start, random.Next(1, Math.Min(24, from.Length - start) + 1));
        var expected = Enumerable.Range(0, batch.Count).Where(row => batch.BodyText(row).Contains(needle, StringComparison.Ordinal)).ToHashSet();
        var select = new LogSelect(0, long.MaxValue, []) { Needles = [Encoding.UTF8.GetBytes(needle)] };
        Assert.Equal(expected, Times(Select(batch, select)));
        Assert.True(expected.Count == 0 || MayContain(batch, needle), $"the filter excludes {needle}");
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Selections_by_expression_find_what_each_line_says() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        // Many lines, so that messages are stored by their patterns.
        var batch = Batch([.. Enumerable.Range(0, random.Next(4) == 0 ? 700 : 100).Select(_ => Line(random))]);
        (string Expression, string Required)[] expressions =
        [
            ("took [1-3][0-9] ms", "took "), ("took \\d+ ms, (more|done)", "took "), ("err[a-z]*", "err"), ("level\":\"err", "level\":\"err"), ("e.*r", ""), ("id [0-9]", "id "), ("^plain", "plain"), ("more\"}$", "more\"}"),
            ("[^a-m]one", "one"), ("1+", ""), ("msg", "msg"), ("[1-5]{2} ms", " ms"), ("s, done", "s, done"), ("\\bms\\b", "ms"), ("nested|plain", ""), ("o(?:n|r)e", ""), ("7\\]", "7]"), ("[!-z]ook", "ook"),
        ];
        var (expression, required) = expressions[random.Next(expressions.Length)];
        var matcher = new LineMatcher(MatchType.Regex, expression) { Required = Encoding.UTF8.GetBytes(required) };
        var select = new LogSelect(0, long.MaxValue, []) { Expressions = [matcher], Needles = random.Next(2) == 0 && required.Length > 0 ? [matcher.Required] : null };
        var expected = Enumerable.Range(0, batch.Count).Where(row => matcher.Matches(Encoding.UTF8.GetBytes(batch.BodyText(row)))).ToHashSet();
        Assert.Subset(Times(Select(batch, select)), expected);
        // Of a record that comes without its body the expression has been tried.
        var found = Select(batch, select with { OnlyFields = [] });
        var tried = Enumerable.Range(0, found.Count).Where(found.HasFields).Select(row => (int)found.Records.Span[row].TimeUnixNano).ToHashSet();
        Assert.Subset(Times(found), expected);
        Assert.Subset(expected, tried);
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("SKU-1[0-9]{3}7", true)]
    [InlineData("a(?:b|c)+\\d\\.x", true)]
    [InlineData("[a-z_-]+", true)]
    [InlineData("a.b", false)]
    [InlineData("^a", false)]
    [InlineData("a$", false)]
    [InlineData("a\"b", false)]
    [InlineData("[^a]b", false)]
    [InlineData("[ -z]b", false)]
    [InlineData("a\\Wb", false)]
    [InlineData("\\x22", false)]
    [InlineData("(?s)ab", false)]
    [InlineData("[[:punct:]]", false)]
    [InlineData("[a", false)]
    [InlineData("a\\", false)]
    public void An_expression_that_may_find_a_quote_or_an_end_is_tried_on_whole_lines(string expression, bool isLocal) => Assert.Equal(isLocal, LocalExpression.Is(expression));

    [Fact]
    public void Only_the_fields_asked_for_come_in_place_of_bodies()
    {
        var batch = Batch(["""{"a":"x\ty","b":{"c":1.50},"d":null,"e":[1]}""", "no json", """{"b":{"c":"2"}}"""]);
        var found = Select(batch, new LogSelect(0, long.MaxValue, [], NewestFirst: false) { OnlyFields = ["a", "b_c", "d", "e"] });
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(found.HasFields));
        Assert.Equal(["x\ty", "1.50", null, null], Enumerable.Range(0, 4).Select(i => found.TryField(0, i, out var value) ? Encoding.UTF8.GetString(value) : null));
        Assert.Equal([null, "2", null, null], Enumerable.Range(0, 4).Select(i => found.TryField(2, i, out var value) ? Encoding.UTF8.GetString(value) : null));
        Assert.Equal("no json", found.BodyText(1));
    }

    [Fact]
    public void Filters_exclude_most_ids_that_are_not_there()
    {
        var batch = Batch([.. Enumerable.Range(0, 1000).Select(i => $$"""{"id":"{{Id(i)}}","n":{{i}}}""")]);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(MayContain(batch, Id(i))));
        Assert.InRange(Enumerable.Range(5000, 1000).Count(i => MayContain(batch, Id(i))), 0, 60);
        Assert.True(MayContain(batch, Id(1)[..20]), "a part of an id may be anywhere");
        Assert.False(MayContain(batch, Id(1) + "0"), "no word is as long");

        static string Id(int i) => LabelHash.Of(BitConverter.GetBytes(i)).ToString("x16") + LabelHash.Of(BitConverter.GetBytes(~i)).ToString("x16");
    }

    private static string Value(Random random, byte kind, DateTime at) => (kind % 8) switch
    {
        0 => random.Next(-1000, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture),
        1 => (random.Next(-100_000, 100_000) / 100m).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
        2 => (random.Next(-100_000, 100_000) / 1000m).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture),
        3 => $"\"{at:yyyy-MM-ddTHH:mm:ss.fff}Z\"",
        4 => $"\"{random.NextInt64():x16}{random.Next(4):x16}\"",
        5 => $"\"SKU-{random.Next(10_000)}\"",
        6 => $"\"{new string('x', random.Next(30))}\"",
        _ => $"\"{random.Next(50):x6}\"",
    };

    private static string Line(Random random) => random.Next(12) switch
    {
        0 => "plain level=error id " + random.Next(50),
        1 => """{"level":null,"n":true,"list":["error",7]}""",
        2 => $$"""{"level":"er\u0072or","n":"{{random.Next(50)}}"}""",
        3 => $$"""{"n":{{random.Next(50)}},"nested":{"level":"error"} }""",
        _ => $$"""{"level":"{{(random.Next(3) == 0 ? "error" : "info")}}","n":{{random.Next(500) / 10.0}},"id":"{{random.Next(1 << 20):x16}}","msg":"took {{random.Next(90)}} ms, {{(random.Next(2) == 0 ? "done" : "more")}}"}""",
    };

    private static FieldCondition Condition(Random random)
    {
        string[] names = ["level", "n", "nested_level", "absent", "id", "list"];
        var name = names[random.Next(names.Length)];
        return random.Next(3) == 0
            ? FieldCondition.OfNumber(name, (FieldComparison)random.Next(6), random.Next(50))
            : FieldCondition.OfText(new LabelMatcher((MatchType)random.Next(4), name, random.Next(4) switch { 0 => "error", 1 => "", 2 => random.Next(50).ToString(System.Globalization.CultureInfo.InvariantCulture), _ => "info" }));
    }

    // By the words of the promise: label of the stream, else the value in the JSON object.
    private static bool MustPass(LogBatch batch, int row, FieldCondition condition)
    {
        var text = s_streams[row % 2].Get(condition.Name) ?? Field(batch.BodyText(row), condition.Name);
        if (condition.Text is { } matcher)
            return matcher.Matches(text ?? "");
        return text is not null && (!double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) || condition.Passes(number));
    }

    private static string? Field(string line, string name)
    {
        if (!line.StartsWith('{'))
            return null;
        using var json = System.Text.Json.JsonDocument.Parse(line);
        var element = json.RootElement;
        foreach (var key in name.Split('_'))
        {
            if (element.ValueKind != System.Text.Json.JsonValueKind.Object || !element.TryGetProperty(key, out element))
                return null;
        }
        return element.ValueKind switch
        {
            System.Text.Json.JsonValueKind.String => element.GetString(),
            System.Text.Json.JsonValueKind.Number or System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => element.GetRawText(),
            _ => null,
        };
    }

    // No JSON, or escapes: for the query to look at.
    private static bool IsOdd(string line) => !line.StartsWith('{') || line.Contains('\\');

    private static string Describe(FieldCondition condition) => condition.Text?.ToString() ?? $"{condition.Name} {condition.Comparison} {condition.Number}";

    private static LogBatch Batch(string[] lines)
    {
        var batch = new LogBatch();
        foreach (var stream in s_streams)
            batch.Streams.Add(batch.Arena.Append(stream.Bytes));
        for (var i = 0; i < lines.Length; i++)
            batch.Records.Add(new LogRecord { Stream = i % 2, Resource = -1, Scope = -1, TimeUnixNano = i, Body = AttributeValue.OfString(batch.Arena.Append(lines[i])) });
        return batch;
    }

    private static byte[] Encode(LogBatch batch, out LogSignal signal)
    {
        signal = new LogSignal();
        var block = new ByteWriter();
        signal.Encode(batch, block, compress: true);
        return block.Written.ToArray();
    }

    private static LogBatch Select(LogBatch batch, LogSelect select)
    {
        var block = Encode(batch, out var signal);
        var found = signal.Decode(block, new LogFilter(select));
        Assert.NotNull(found);
        return found;
    }

    // The time of a record is its row.
    private static HashSet<int> Times(LogBatch found) => [.. found.Records.Span.ToArray().Select(r => (int)r.TimeUnixNano)];

    private static bool MayContain(LogBatch batch, string needle)
    {
        Encode(batch, out var signal);
        var filter = new ByteWriter();
        // Lines with escaped letters have words that are not known.
        if (!signal.Words.Put(filter))
            return true;
        var words = new WordReader(Encoding.UTF8.GetBytes(needle));
        while (words.Read())
        {
            var isKnown = WordFilter.TryHash(words, signal.Words.LongestWord, signal.Words.LongestNumber, out var hash, out var isAbsent);
            var buckets = filter.Length / WordFilter.BucketSize;
            if (isAbsent || (isKnown && WordFilter.MayContain(filter.Written.Slice(WordFilter.Bucket(hash, buckets) * WordFilter.BucketSize, WordFilter.BucketSize), hash) == false))
                return false;
        }
        return true;
    }

    private static void RoundTrips(string[] lines)
    {
        var batch = Batch(lines);
        var read = new LogSignal().Decode(Encode(batch, out _));
        Assert.NotNull(read);
        Assert.Equal(batch.Count, read.Count);
        for (var row = 0; row < batch.Count; row++)
        {
            Assert.True(batch.Arena.Get(batch.Records[row].Body.Payload).SequenceEqual(read.Arena.Get(read.Records[row].Body.Payload)), $"{lines[row]} came back as {read.BodyText(row)}");
            Assert.Equal(row, read.Records[row].TimeUnixNano);
            Assert.True(batch.StreamLabels(row % 2).SequenceEqual(read.StreamLabels(read.Records[row].Stream)));
        }
    }
}
