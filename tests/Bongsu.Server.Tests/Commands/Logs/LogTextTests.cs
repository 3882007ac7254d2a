using Bongsu.Server.Commands;
using Bongsu.Server.Commands.Logs;

namespace Bongsu.Server.Tests.Commands.Logs;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("", "{service_name=~\".+\"}")]
    [InlineData("timeout", "{service_name=~\".+\"} |= \"timeout\"")]
    [InlineData("say \"hi\\\"", "{service_name=~\".+\"} |= \"say \\\"hi\\\\\\\"\"")]
    [InlineData("{\"a\":1}", "{service_name=~\".+\"} |= \"{\\\"a\\\":1}\"")]
    [InlineData("order {id} is late", "{service_name=~\".+\"} |= \"order {id} is late\"")]
    [InlineData("{app=\"x\"} |= \"y\"", "{app=\"x\"} |= \"y\"")]
    [InlineData("{ app !~ \"x\" }", "{ app !~ \"x\" }")]
    [InlineData("{app=", "{app=")]
    [InlineData("sum by (a) (rate({app=\"x\"}[5m]))", "sum by (a) (rate({app=\"x\"}[5m]))")]
    public void WordsAreLookedForAndLogQlIsLeftAlone(string typed, string query) => Assert.Equal(query, LogQuery.Of(typed));

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("{broken", "{broken")]
    [InlineData("""{"level":"info","msg":"done","n":1,"who":"a b","e":""}""", "done n=1 who=\"a b\" e=\"\"")]
    [InlineData("""{"message":"m","stack":"a\n b","x":{"y":1},"z":null}""", "m x={\"y\":1}\na\n b")]
    [InlineData("""{"a":1}""", "a=1")]
    public void AJsonLineReadsAsItsMessageAndFields(string line, string text) => Assert.Equal(text, LineText.Of(line));

    [Fact]
    public void LongTextIsBrokenAtSpaces()
    {
        Assert.Equal(["one two", "three", "fourfourfo", "urfour"], TextWrap.Lines("one two three\nfourfourfourfour", 9, 10));
        Assert.Equal(["one two three"], TextWrap.Lines("one two three", 0, 0));
    }

    [Fact]
    public void TextFromOutsideCannotCommandTheTerminal() => Assert.Equal("a␛[2Jb\n    c␍\ufffd", Terminal.Safe("a\x1b[2Jb\n\tc\r\x9b"));

    [Fact]
    public void ATableFitsTheScreen()
    {
        var rows = new List<LogRow> { new(1_795_096_800_123_000_000, new Dictionary<string, string> { ["service_name"] = "a-service-with-a-long-name", ["level"] = "warning" }, string.Join(' ', Enumerable.Repeat("word", 40))) };
        var output = new StringWriter { NewLine = "\n" };
        new LogWriter(output, new Terminal(80, HasColour: false), TimeZoneInfo.Utc).Write(rows, "table");
        var lines = output.ToString().TrimEnd().Split('\n');
        Assert.Equal("--- 2026-11-19 (+00:00)", lines[0]);
        Assert.StartsWith("14:00:00.123 WARNI a-service-wit… word word", lines[1]);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.DoesNotContain('\x1b', output.ToString());
    }
}
