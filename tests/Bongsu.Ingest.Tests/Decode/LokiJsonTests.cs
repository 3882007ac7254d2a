using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Loki;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>Entries of the plain form are read past the framework's reader: however they are mixed with others, each is read, and a fault is found where it stands.</summary>
public sealed class LokiJsonTests
{
    private static readonly (string Json, string Line)[] s_entries =
    [
        ("[\"7\",\"plain\"]", "7 plain"),
        (" [ \"7\" , \"sp\\u0061ced\" ] ", "7 spaced"),
        ("[7,\"number\"]", "7 number"),
        ("[\"7\",\"with\\nfield\",{\"a\":\"b\"}]", "7 with\nfield a=b"),
        ("[\"7\",\"{\\\"json\\\":\\\"within \\\\\\\"json\\\\\\\"\\\"}\"]", "7 {\"json\":\"within \\\"json\\\"\"}"),
        ("\n[\"7\",\"\"]\n", "7 "),
    ];

    [Fact]
    public void FormsOfEntriesMayBeMixed()
    {
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var entries = Enumerable.Range(0, random.Next(8)).Select(_ => s_entries[random.Next(s_entries.Length)]).ToArray();
            var isValuesFirst = random.Next(2) == 0;
            var values = $"\"values\":[{string.Join(',', entries.Select(e => e.Json))}]";
            const string Stream = "\"stream\":{\"app\":\"x\"}";
            var (failure, lines) = Decode($"{{\"streams\":[{{{(isValuesFirst ? values + "," + Stream : Stream + "," + values)}}},{{{Stream},\"values\":[[\"9\",\"last\"]]}}]}}");
            Assert.Null(failure);
            Assert.Equal([.. entries.Select(e => e.Line), "9 last"], lines);
        }
    }

    [Theory]
    [InlineData("[\"1\",\"a\"],]", "malformed JSON at line 3, byte 11")]
    [InlineData("[\"1\",\"a\"][\"1\",\"b\"]]", "malformed JSON at line 3, byte 10")]
    [InlineData("[\"1\",\"a\"],[\"1\",\"b\\x\"]]", "malformed JSON at line 3, byte 19")]
    [InlineData("[\"1\",\"a\"],[\"1\",\"b", "malformed JSON at line 3")]
    [InlineData("[\"1\",\"a\"],{}]", "an entry must be a list of time and line")]
    [InlineData("[\"1\",\"a\"],[\"1\",\"b\",\"c\"]]", "an entry is a list of time, line")]
    [InlineData("[\"1\",\"a\"]", "malformed JSON at line 3, byte 10")]
    [InlineData("[\"1\",\"a\"]]}]} x", "malformed JSON")]
    public void AFaultBehindPlainEntriesIsFoundWhereItStands(string rest, string message)
    {
        var (failure, _) = Decode("{\"streams\":[{\"stream\":{\"app\":\"x\"},\n\"values\":[[\"1\",\"first\"],\n" + rest);
        Assert.Contains(message, failure!.Message);
    }

    private static (DecodeFailure? Failure, List<string> Lines) Decode(string json)
    {
        var batch = new LogBatch();
        var failure = new LokiJson(new IngestLimits()).Decode(Encoding.UTF8.GetBytes(json), batch, new RejectionTally());
        var lines = new List<string>();
        foreach (ref readonly var record in batch.Records.Span)
        {
            var line = $"{record.TimeUnixNano} {batch.Arena.GetString(record.Body.Payload)}";
            for (var row = record.Attributes.Start; row < record.Attributes.Start + record.Attributes.Count; row++)
                line += $" {Encoding.UTF8.GetString(batch.Attributes.Key(row))}={batch.Arena.GetString(batch.Attributes.Values[row].Payload)}";
            lines.Add(line);
        }
        return (failure, lines);
    }
}
