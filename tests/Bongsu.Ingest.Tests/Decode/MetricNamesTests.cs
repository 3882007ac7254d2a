using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;

namespace Bongsu.Ingest.Tests.Decode;

public sealed class MetricNamesTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", "h", "http_server_request_duration_seconds")]
    [InlineData("shop.orders", "{order}", "c", "shop_orders_total")]
    [InlineData("shop.io", "By", "c", "shop_io_bytes_total")]
    [InlineData("shop.io.bytes", "By", "c", "shop_io_bytes_total")]
    [InlineData("disk.fill", "1", "g", "disk_fill_ratio")]
    [InlineData("disk.fill", "1", "c", "disk_fill_total")]
    [InlineData("pool.size", "1", "u", "pool_size")]
    [InlineData("room.temperature", "Cel", "g", "room_temperature_celsius")]
    [InlineData("disk.throughput", "By/s", "g", "disk_throughput_bytes_per_second")]
    [InlineData("rpc.latency", "ms", "h", "rpc_latency_milliseconds")]
    [InlineData("requests", "{request}/s", "g", "requests_per_second")]
    [InlineData("cpu.usage", "%", "g", "cpu_usage_percent")]
    [InlineData("a..b__c", "", "g", "a_b_c")]
    [InlineData("total.count", "", "c", "count_total")]
    [InlineData("2xx", "", "c", "_2xx_total")]
    [InlineData("ns:metric", "", "g", "ns:metric")]
    [InlineData("한글", "", "g", "")]
    [InlineData("weird", "foo.bar/baz", "g", "weird_foo_bar_per_baz")]
    public void FamiliesAreNamedAsPrometheusDoes(string name, string unit, string kind, string family) =>
        Assert.Equal(family, MetricNames.Family(name, unit, kind == "c", kind == "g"));

    [Theory]
    [InlineData("http.route", "http_route")]
    [InlineData("a-b c", "a_b_c")]
    [InlineData("1st", "key_1st")]
    [InlineData("_private", "key_private")]
    [InlineData("__reserved", "__reserved")]
    [InlineData("é", "_")]
    public void LabelNamesAreSanitised(string key, string label)
    {
        var name = new ByteBuffer();
        MetricNames.Label(Encoding.UTF8.GetBytes(key), name);
        Assert.Equal(label, Encoding.UTF8.GetString(name.Span));
    }

    [Theory]
    [InlineData(0.005, "0.005")]
    [InlineData(1, "1")]
    [InlineData(2.5, "2.5")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(1.5e-9, "0.0000000015")]
    [InlineData(-1.25e20, "-125000000000000000000")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void NumbersHaveNoExponent(double value, string text) => Assert.Equal(text, MetricNames.Number(value));

    [Fact]
    public void NumbersRoundTrip() => Properties.Hold<double>(value =>
        double.IsNaN(value) || double.Parse(MetricNames.Number(value).Replace("Inf", "Infinity"), System.Globalization.CultureInfo.InvariantCulture) == value);
}
