using System.Text.Json;
using Bongsu.Server.Commands;

namespace Bongsu.Server.Tests.Commands;

public sealed class RowWriterTests
{
    private const string Rows = """[{"name":"payments","rate":{"value":12.345678}},{"name":"a, \"b\"","rate":{"value":null}}]""";

    [Fact]
    public void ATableIsAlignedAndNoDataIsADash() =>
        Assert.Equal("NAME      RATE\npayments  12.35\na, \"b\"    -\n", Write("table"));

    [Fact]
    public void CsvIsQuoted() => Assert.Equal("name,rate.value\npayments,12.35\n\"a, \"\"b\"\"\",-\n", Write("csv"));

    [Fact]
    public void JsonLinesAreOneRowEach() => Assert.Equal(2, Write("jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

    [Theory]
    [InlineData("table", "")]
    [InlineData("csv", "name,rate.value\n")]
    [InlineData("json", "[]\n")]
    [InlineData("jsonl", "")]
    public void WithoutRowsOnlyProgramsAreToldSo(string format, string expected) => Assert.Equal(expected, Write(format, "[]"));

    [Fact]
    public void ATableDoesNotCommandTheTerminal() =>
        Assert.Equal("NAME             RATE\n␛[31mx \ufffdgnp.exe  -\n", Write("table", """[{"name":"\u001b[31mx\n\u202egnp.exe"}]"""));

    private static string Write(string format, string rows = Rows)
    {
        using var output = new StringWriter { NewLine = "\n" };
        RowWriter.Write(output, format, JsonDocument.Parse(rows).RootElement, ["name", "rate.value"]);
        return output.ToString();
    }
}
