using System.Globalization;
using System.Text;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using FsCheck;
using FsCheck.Fluent;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests.Segments;

/// <summary>Fields of log records in a sealed block: what goes in comes out, and conditions on them find what looking at each record finds.</summary>
public sealed class LogFieldTests
{
    private static readonly string[] s_keys = ["user.id", "user_id", "retry", "ok", "load", "tags", "raw", "level", "0day", "trace_id"];

    [Fact]
    public void Fields_of_every_kind_come_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var batch = Batch(random, random.Next(1, 300));
        var read = new LogSignal().Decode(Encode(batch));
        Assert.NotNull(read);
        Assert.Equal(batch.Count, read.Count);
        for (var row = 0; row < batch.Count; row++)
        {
            Assert.Equal(Fields(batch, row), Fields(read, row));
            Assert.Equal((batch.Records[row].TraceId, batch.Records[row].SpanId), (read.Records[row].TraceId, read.Records[row].SpanId));
        }
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Conditions_on_fields_find_what_each_record_says() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var batch = Batch(random, 150);
        var condition = Condition(random);
        var found = new LogSignal().Decode(Encode(batch), new LogFilter(new LogSelect(long.MinValue, long.MaxValue, []) { RecordFields = [condition], OnlyFields = [] }));
        Assert.NotNull(found);
        var expected = Enumerable.Range(0, batch.Count).Where(row => Passes(batch, row, condition)).ToHashSet();
        var times = found.Records.Span.ToArray().Select(r => (int)r.TimeUnixNano).ToList();
        foreach (var row in expected.Except(times))
            Assert.Fail($"{Describe(condition)} wants {string.Join(", ", Fields(batch, row))} of severity {batch.Records[row].SeverityNumber}, trace {batch.Records[row].TraceId}, stream {batch.Records[row].Stream}");
        // What comes without its line has been decided on.
        for (var row = 0; row < found.Count; row++)
            Assert.True(expected.Contains(times[row]) || !found.HasFields(row), $"{Describe(condition)} does not want {string.Join(", ", Fields(found, row))}");
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Theory]
    [InlineData("""{"a":"\u0041"}""", true)]
    [InlineData("""{"a":"x\u003a\u0020"}""", true)]
    [InlineData("""{"a":"caf\u00e9 \u0026"}""", false)]
    [InlineData("""{"a":"\n\ud800"}""", false)]
    public void An_escaped_letter_hides_words(string text, bool hides) => Assert.Equal(hides, LogFieldValues.HidesWords(Encoding.UTF8.GetBytes(text)));

    private static LogBatch Batch(Random random, int count)
    {
        var batch = new LogBatch();
        foreach (var stream in (LabelSet[])[LabelSet.Of(("app", "a")), LabelSet.Of(("app", "b"), ("level", "debug"))])
            batch.Streams.Add(batch.Arena.Append(stream.Bytes));
        if (random.Next(3) == 0)
        {
            batch.Attributes.Add("host", "h1");
            batch.Resources.Add(new Resource(batch.Attributes.Since(0), default));
        }
        for (var i = 0; i < count; i++)
        {
            var start = batch.Attributes.Count;
            foreach (var key in s_keys)
            {
                if (random.Next(4) == 0)
                    batch.Attributes.Add(batch.Arena.Append(key), Value(random, batch.Arena));
            }
            // Some twice.
            if (random.Next(8) == 0)
                batch.Attributes.Add("user.id", $"u{random.Next(4)}");
            batch.Records.Add(new LogRecord
            {
                Stream = random.Next(2),
                Resource = batch.Resources.Count - 1,
                Scope = -1,
                TimeUnixNano = i,
                SeverityNumber = (byte)random.Next(25),
                Attributes = batch.Attributes.Since(start),
                Body = AttributeValue.OfString(batch.Arena.Append(random.Next(2) == 0 ? "plain" : """{"user_id":"u1"}""")),
                TraceId = random.Next(2) == 0 ? default : new TraceId(7, (ulong)random.Next(1, 5)),
                SpanId = random.Next(2) == 0 ? default : new SpanId((ulong)random.Next(1, 5)),
            });
        }
        return batch;
    }

    private static AttributeValue Value(Random random, ByteArena arena) => random.Next(9) switch
    {
        0 => AttributeValue.OfInt(random.Next(-3, 4)),
        1 => AttributeValue.OfInt(random.NextInt64(long.MinValue, long.MaxValue)),
        2 => AttributeValue.OfBool(random.Next(2) == 0),
        3 => AttributeValue.OfDouble(random.Next(5) switch { 0 => double.NaN, 1 => -0.0, 2 => double.PositiveInfinity, 3 => 0.1, _ => random.NextDouble() * 1e300 }),
        4 => default,
        5 => new AttributeValue(AttributeKind.Bytes, 0, arena.Append([1, 2, 255])),
        6 => AttributeValue.OfString(random.Next(2) == 0 ? Slice.Empty : arena.Append("a\\u0041\n값")),
        _ => AttributeValue.OfString(arena.Append($"u{random.Next(4)}")),
    };

    private static FieldCondition Condition(Random random)
    {
        string[] names = ["user_id", "retry", "ok", "load", "level", "app", "host", "trace_id", "span_id", "detected_level", "severity_number", "absent", "_day", "service_name"];
        var name = names[random.Next(names.Length)];
        string[] values = ["u1", "u2", "", "1", "-2", "true", "info", "error", "debug", "a", "h1", "17", new TraceId(7, 2).ToString(), new SpanId(3).ToString(), "a\\u0041\n값"];
        return random.Next(4) switch
        {
            0 => FieldCondition.OfNumber(name, (FieldComparison)random.Next(6), random.Next(-2, 3)),
            1 => FieldCondition.OfText(new LabelMatcher(MatchType.NotEqual, name, values[random.Next(values.Length)])),
            2 => FieldCondition.OfText(new LabelMatcher(MatchType.Regex, name, "u[12]|.*e.*|[0-9]+")),
            _ => FieldCondition.OfText(new LabelMatcher(MatchType.Equal, name, values[random.Next(values.Length)])),
        };
    }

    // True also where the query has to say more than this test knows of.
    private static bool Passes(LogBatch batch, int row, FieldCondition condition)
    {
        var record = batch.Records[row];
        if (LabelSet.FromCanonical(batch.StreamLabels(record.Stream)).Get(condition.Name) is { } label)
            return PassesText(condition, label);
        string? value = null;
        for (var i = record.Attributes.Start; i < record.Attributes.Start + record.Attributes.Count; i++)
        {
            var key = Encoding.UTF8.GetString(batch.Attributes.Key(i)).Replace('.', '_');
            if (key == "0day" && condition.Name == "_day")
                return true;
            if (key == condition.Name && value is null)
                value = batch.Attributes.Text(i);
            else if (key == condition.Name)
                return true;
        }
        value ??= condition.Name switch
        {
            "trace_id" when !record.TraceId.IsEmpty => record.TraceId.ToString(),
            "span_id" when !record.SpanId.IsEmpty => record.SpanId.ToString(),
            "severity_number" when record.SeverityNumber > 0 => record.SeverityNumber.ToString(CultureInfo.InvariantCulture),
            "detected_level" when record.SeverityNumber > 0 => ((string[])["trace", "debug", "info", "warn", "error", "fatal"])[(record.SeverityNumber - 1) / 4],
            "host" when record.Resource >= 0 => "h1",
            _ => null,
        };
        return value is null ? FieldTest.PassesMissing(condition) : PassesText(condition, value);
    }

    private static bool PassesText(FieldCondition condition, string text) => condition.Text is { } matcher
        ? matcher.Matches(text)
        : !double.TryParse(text, CultureInfo.InvariantCulture, out var number) || condition.Passes(number);

    private static string Describe(FieldCondition condition) => condition.Text?.ToString() ?? $"{condition.Name} {condition.Comparison} {condition.Number}";

    private static List<string> Fields(LogBatch batch, int row)
    {
        var fields = new List<string>();
        var range = batch.Records[row].Attributes;
        for (var i = range.Start; i < range.Start + range.Count; i++)
        {
            var value = batch.Attributes.Values[i];
            fields.Add($"{Encoding.UTF8.GetString(batch.Attributes.Key(i))} {value.Kind} {value.Bits} {Convert.ToHexString(batch.Arena.Get(value.Payload))}");
        }
        return fields;
    }

    private static byte[] Encode(LogBatch batch)
    {
        var block = new ByteWriter();
        new LogSignal().Encode(batch, block, compress: true);
        return block.Written.ToArray();
    }
}
