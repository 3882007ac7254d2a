using System.Text;
using System.Text.Json;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Tests.Decode.JsonLines;

public sealed class JsonScannerTests
{
    private static readonly string[] s_pieces =
        ["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"level\"", "\"time\"", "1", "-", "0", ".5", "e", "1e5", "true", "null", "\\", "\\u00", "\\u0041", "\t", " ", "\u0001", "é", "{\"a\":", "[1,"];

    /// <summary>What the framework's reader takes for one object is taken, and nothing else, over random pieces of JSON.</summary>
    [Fact]
    public void AgreesWithTheFrameworksReader() => Properties.Hold<byte[]>(choices =>
    {
        var text = Encoding.UTF8.GetBytes("{" + string.Concat(choices.Select(c => s_pieces[c % s_pieces.Length])) + (choices.Length % 2 == 0 ? "}" : ""));
        return IsObject(text) == IsObjectByFramework(text);
    }, times: 5_000);

    [Fact]
    public void ArbitraryBytesNeverThrow() => Properties.Hold<byte[]>(bytes =>
    {
        var (batch, tally) = (new LogBatch(), new RejectionTally());
        var lines = new Ingest.Decode.JsonLines.JsonLines(new IngestLimits());
        foreach (var prefix in new[] { "", "{\"message\":\"", "[{\"a\":", "{\"level\":" })
            lines.Decode([.. Encoding.UTF8.GetBytes(prefix), .. bytes], new JsonLinesOptions([], [], bytes.Length % 2 == 0), 1, batch, tally);
        return true;
    }, times: 2_000);

    [Theory]
    [InlineData("""{"a":[[{},{"b":[]}],{"c":{"d":null}}],"e":-1.5e-7,"f":"\"\\"}""", true)]
    [InlineData("""{"a":1,}""", false)]
    [InlineData("""{"a":01}""", false)]
    [InlineData("""{"a":1 "b":2}""", false)]
    [InlineData("""{"a":[1 2]}""", false)]
    [InlineData("""{"a":{"b"}}""", false)]
    [InlineData("""{"a":"\x"}""", false)]
    [InlineData("""{"a":nul}""", false)]
    [InlineData("""{"a":[}]""", false)]
    public void KnowsJson(string text, bool isObject) => Assert.Equal(isObject, IsObject(Encoding.UTF8.GetBytes(text)));

    private static bool IsObject(ReadOnlySpan<byte> text)
    {
        var scanner = new JsonScanner(text);
        if (!scanner.TryOpen((byte)'{'))
            return false;
        while (scanner.ReadMember()) { }
        return scanner.Fault is null && text[scanner.Position..].Trim(" \t\r\n"u8).IsEmpty;
    }

    private static bool IsObjectByFramework(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
