using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Ingest.Tests.Decode.Exposition;

public sealed class ExpositionReaderTests
{
    [Theory]
    [InlineData("up 1\n", "[__name__=up] 1")]
    [InlineData("up 1", "[__name__=up] 1")]
    [InlineData(" \tup\t 1 \t123  \n\n\n", "[__name__=up] 1 @123")]
    [InlineData("up 1 -123\n", "[__name__=up] 1 @-123")]
    [InlineData("a{} 1\n", "[__name__=a] 1")]
    [InlineData("a {b=\"c\"} 1\n", "[__name__=a|b=c] 1")]
    [InlineData("a{ b = \"c\" , d=\"e\" , } 1\n", "[__name__=a|b=c|d=e] 1")]
    [InlineData("a{b=\"x\\\\y\\\"z\\n}\"} 1\n", "[__name__=a|b=x\\y\"z<LF>}] 1")]
    [InlineData("a{b=\"\\q\"} 1\n", "[__name__=a|b=\\q] 1")]
    [InlineData("a{b=\"} 2\"} 1\n", "[__name__=a|b=} 2] 1")]
    [InlineData("a:b:c 1\n", "[__name__=a:b:c] 1")]
    [InlineData("{\"메트릭.이름\", \"라벨\"=\"값\"} 1\n", "[__name__=메트릭.이름|라벨=값] 1")]
    [InlineData("{a=\"b\",\"my.metric\"} 1\n", "[a=b|__name__=my.metric] 1")]
    [InlineData("a NaN\nb +Inf\nc -Inf\nd inf\ne nan\n", "[__name__=a] NaN\n[__name__=b] Infinity\n[__name__=c] -Infinity\n[__name__=d] Infinity\n[__name__=e] NaN")]
    [InlineData("a 1e3\nb .5\nc 5.\nd -0.25\ne 1.7976931348623157e308\nf +3\n", "[__name__=a] 1000\n[__name__=b] 0.5\n[__name__=c] 5\n[__name__=d] -0.25\n[__name__=e] 1.7976931348623157E+308\n[__name__=f] 3")]
    [InlineData("# a comment\n#another\n#\n# HELP a It\\n\\\\ \"says\"\n# TYPE a counter \na 1\n", "Help a It\n\\ \"says\"\nType a Counter\n[__name__=a] 1")]
    [InlineData("# TYPE \"my.metric\" gauge\n# HELP \"my.metric\" words\n", "Type my.metric Gauge\nHelp my.metric words")]
    [InlineData("# TYPE a untyped\n# TYPE b summary\n# TYPE c histogram\n", "Type a Unknown\nType b Summary\nType c Histogram")]
    [InlineData("", "")]
    public void ReadsThePrometheusText(string text, string expected) => Assert.Equal(expected, Exposed.Prometheus(text));

    [Theory]
    [InlineData("a\n", "line 1, column 2: the value is missing")]
    [InlineData("a \n", "line 1, column 3: the value is missing")]
    [InlineData("ok 1\na b\n", "[__name__=ok] 1\nline 2, column 3: \"b\" is not a number")]
    [InlineData("a 0x1p-2\n", "line 1, column 3: \"0x1p-2\" is not a number")]
    [InlineData("a 1_000\n", "line 1, column 3: \"1_000\" is not a number")]
    [InlineData("a 1e999\n", "line 1, column 3: \"1e999\" is not a number")]
    [InlineData("a 1 1.5\n", "line 1, column 5: \"1.5\" is not a timestamp; it is a whole number of milliseconds")]
    [InlineData("a 1 2 3\n", "line 1, column 7: unexpected \"3\" after the sample")]
    [InlineData("a 1\r\n", "line 1, column 3: \"1\r\" is not a number")]
    [InlineData("a{b=\"c\" 1\n", "line 1, column 1: the labels are not closed by }")]
    [InlineData("a{b=\"c} 1\n", "line 1, column 1: the labels are not closed by }")]
    [InlineData("a{b} 1\n", "line 1, column 4: expected = after the label name, got \"}\"")]
    [InlineData("a{b=c} 1\n", "line 1, column 5: expected \" before the label value, got \"c}\"")]
    [InlineData("a{1b=\"c\"} 1\n", "line 1, column 3: expected a label name, got \"1b=\"c\"}\"")]
    [InlineData("a{b=\"c\"d=\"e\"} 1\n", "line 1, column 8: expected , or } after a label, got \"d=\"e\"}\"")]
    [InlineData("a{b=\"c\",b=\"d\"} 1\n", "line 1, column 9: label name \"b\" is not unique")]
    [InlineData("a{\"x\"} 1\n", "line 1, column 3: a second metric name")]
    [InlineData("{b=\"c\"} 1\n", "line 1, column 1: metric name is missing")]
    [InlineData("{\"\"} 1\n", "line 1, column 2: the metric name is empty")]
    [InlineData("9a 1\n", "line 1, column 1: unexpected \"9a\"")]
    [InlineData("# TYPE a wrong\n", "line 1, column 10: invalid metric type \"wrong\"")]
    [InlineData("# TYPE 9 counter\n", "line 1, column 8: expected a metric name, got \"9 counter\"")]
    [InlineData("a 1 # {b=\"c\"} 1\n", "line 1, column 5: unexpected \"# {b=\"c\"} 1\" after the sample")]
    public void NamesThePlaceOfAFault(string text, string expected) => Assert.Equal(expected, Exposed.Prometheus(text));

    [Fact]
    public void RefusesTextThatIsNotUtf8() =>
        Assert.Equal("line 1, column 5: a label value is not valid UTF-8", Exposed.Read([.. "a{b=\""u8, 0xC3, 0x28, .. "\"} 1\n"u8], isOpenMetrics: false));

    [Theory]
    [InlineData("a 1\n# EOF\n", "[__name__=a] 1")]
    [InlineData("a 1\n# EOF", "[__name__=a] 1")]
    [InlineData("# EOF\n", "")]
    [InlineData("a 1 1.5\nb 2 1e3\n# EOF\n", "[__name__=a] 1 @1500\n[__name__=b] 2 @1000000")]
    [InlineData("# TYPE a counter\n# UNIT a_seconds seconds\n# HELP a \\\"q\\\"\na_total 1\n# EOF\n", "Type a Counter\nUnit a_seconds seconds\nHelp a \"q\"\n[__name__=a_total] 1")]
    [InlineData("# TYPE a info\n# TYPE b stateset\n# TYPE c gaugehistogram\n# TYPE d unknown\n# EOF\n", "Type a Info\nType b StateSet\nType c GaugeHistogram\nType d Unknown")]
    [InlineData("a_bucket{le=\"1\"} 1 # {trace_id=\"abc\"} 0.5\n# EOF\n", "[__name__=a_bucket|le=1] 1 # [trace_id=abc] 0.5")]
    [InlineData("a_total 1 5 # {trace_id=\"a}b\"} 0.5 1.25\n# EOF\n", "[__name__=a_total] 1 @5000 # [trace_id=a}b] 0.5 @1250")]
    [InlineData("a_total 1 # {} 0.5\n# EOF\n", "[__name__=a_total] 1 # [] 0.5")]
    [InlineData("{\"metric.name\", label=\"x\"} 1\n# EOF\n", "[__name__=metric.name|label=x] 1")]
    public void ReadsOpenMetrics(string text, string expected) => Assert.Equal(expected, Exposed.OpenMetrics(text));

    [Theory]
    [InlineData("a 1\n", "[__name__=a] 1\nline 1, column 4: the data does not end with # EOF: it was cut short, or it is no OpenMetrics")]
    [InlineData("", "line 0, column 1: the data does not end with # EOF: it was cut short, or it is no OpenMetrics")]
    [InlineData("# EOF\na 1\n", "line 1, column 1: data after # EOF")]
    [InlineData("\n# EOF\n", "line 1, column 1: an empty line; OpenMetrics has none")]
    [InlineData("# words\n# EOF\n", "line 1, column 1: expected \"# HELP\", \"# TYPE\", \"# UNIT\" or \"# EOF\"; OpenMetrics has no other comments")]
    [InlineData("a  1\n# EOF\n", "line 1, column 3: the value is missing")]
    [InlineData("a 1 \n# EOF\n", "line 1, column 4: a space at the end of the line")]
    [InlineData(" a 1\n# EOF\n", "line 1, column 1: expected a metric name, got \" a 1\"")]
    [InlineData("# TYPE a untyped\n# EOF\n", "line 1, column 10: invalid metric type \"untyped\"")]
    [InlineData("# UNIT a_bytes seconds\n# EOF\n", "line 1, column 16: unit \"seconds\" is not the end of the name of metric \"a_bytes\"")]
    [InlineData("a 1 NaN\n# EOF\n", "line 1, column 5: \"NaN\" is not a timestamp; it is a number of seconds")]
    [InlineData("a 1 # {b=c} 1\n# EOF\n", "line 1, column 10: expected \" before the label value, got \"c}\"")]
    [InlineData("a 1 # {b=\"c\"}\n# EOF\n", "line 1, column 14: the value of the exemplar is missing")]
    [InlineData("a 1 # {b=\"c\"} 1 x\n# EOF\n", "line 1, column 17: the timestamp of the exemplar is not a number of seconds")]
    public void IsStrictWhereOpenMetricsIs(string text, string expected) => Assert.Equal(expected, Exposed.OpenMetrics(text));

    [Fact]
    public void AnExpectedSeriesIsNotTakenForALongerOne()
    {
        var reader = new Ingest.Decode.Exposition.ExpositionReader("a {b=\"c\"} 1\nab 2\na 3\n"u8, isOpenMetrics: false);
        Assert.True(reader.Read("a"u8));
        Assert.Equal("a {b=\"c\"}", Encoding.UTF8.GetString(reader.Series));
        Assert.True(reader.Read("a"u8));
        Assert.Equal("ab", Encoding.UTF8.GetString(reader.Series));
        Assert.True(reader.Read("a"u8));
        Assert.Equal("a", Encoding.UTF8.GetString(reader.Series));
        Assert.Equal(3, reader.Value);
    }

    [Fact]
    public void AnyBytesNeverThrow() => Properties.Hold<byte[]>(bytes =>
    {
        Exposed.Read(bytes, isOpenMetrics: false);
        Exposed.Read(bytes, isOpenMetrics: true);
        return true;
    }, times: 1000);

    [Fact]
    public void DamagedTextNeverThrows()
    {
        var good = Encoding.UTF8.GetBytes("# HELP a b\\n\n# TYPE a counter\n# UNIT a_s s\na_total{b=\"c\\\"\",\"d.e\"=\"f\"} 1.5e3 12.5 # {t=\"x\"} 1 2\n{\"m.n\",a=\"b\"} NaN\n# EOF\n");
        var damage = Gen.Choose(0, good.Length - 1).Zip(Gen.Elements((byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'\n', (byte)' ', (byte)'#', (byte)0xFF, (byte)',')).ListOf(4);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Arb.From(damage), places =>
        {
            var bytes = (byte[])good.Clone();
            foreach (var (at, with) in places)
                bytes[at] = with;
            Exposed.Read(bytes, isOpenMetrics: false);
            Exposed.Read(bytes, isOpenMetrics: true);
            Exposed.Read(bytes[..places[0].Item1], isOpenMetrics: true);
        }));
    }

    [Fact]
    public void AnyLabelsComeBack() => Properties.Hold<(NonNull<string> Name, NonNull<string> Value, double Number)>(given =>
    {
        var value = Clean(given.Value.Get);
        var name = Clean(given.Name.Get);
        var text = $"{{\"m\",\"{Escape(name + "x")}\"=\"{Escape(value)}\"}} {given.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture).Replace("Infinity", "Inf")}\n";
        var expected = $"[__name__=m|{(name + "x").Replace("\n", "<LF>")}={value.Replace("\n", "<LF>")}] {given.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}";
        // A label may be named as the metric's name is; two of one name are refused, which is another test.
        return name + "x" == "__name__" || Exposed.Prometheus(text).Replace("\n", "<LF>") == expected;

        static string Clean(string s) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s));
        static string Escape(string s) => s.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
    }, times: 1000);
}
