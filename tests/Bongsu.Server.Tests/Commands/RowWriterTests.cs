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

    private static string Write(string format)
    {
        using var output = new StringWriter { NewLine = "\n" };
        RowWriter.Write(output, format, JsonDocument.Parse(Rows).RootElement, ["name", "rate.value"]);
        return output.ToString();
    }
}
