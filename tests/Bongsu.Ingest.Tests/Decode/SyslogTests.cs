using System.Globalization;
using System.Text;
using Bongsu.Ingest.Decode.Syslog;
using Bongsu.Ingest.Receive.Syslog;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Tests.Decode;

public sealed class SyslogTests
{
    private const long Now = (long)Otlp.Now;

    [Theory]
    [InlineData("<165>1 2026-11-19T13:59:59.5Z web1 shop 42 ID47 [ex@1 iut=\"3\" q=\"a\\\"b\\]\"][two@1 x=\"\"] \uFEFFtext [x] 한글",
        "shop info -500000000 'text [x] 한글' syslog.facility=local4 host.name=web1 process.pid=42 syslog.msgid=ID47 ex.1.iut=3 ex.1.q=a\"b] two.1.x=", "notice")]
    [InlineData("<34>1 - - - - - - only text", "unknown_service fatal 0 'only text' syslog.facility=auth host.name=10.0.0.9", "crit")]
    [InlineData("<34>1 - - - - - -", "unknown_service fatal 0 '' syslog.facility=auth host.name=10.0.0.9", "crit")]
    [InlineData("<14>1 - h a p - [broken x", "a info 0 '[broken x' syslog.facility=user host.name=h syslog.procid=p", "info")]
    [InlineData("<14>1 - h a p - [ok@1 x=\"1\"][broken x", "a info 0 '[broken x' syslog.facility=user host.name=h syslog.procid=p ok.1.x=1", "info")]
    [InlineData("<11>Nov 19 13:59:58 web1 shop[42]: it failed: x", "shop error -2000000000 'it failed: x' syslog.facility=user host.name=web1 process.pid=42", "err")]
    [InlineData("<11>Nov  9 14:00:00 web1 shop: x", "shop error -864000000000000 'x' syslog.facility=user host.name=web1", "err")]
    [InlineData("<11>Dec 31 14:00:00 web1 shop: x", "shop error 3628800000000000 'x' syslog.facility=user host.name=web1", "err")]
    [InlineData("<11>Nov 19 13:59:58 shop[42]: no host", "shop error -2000000000 'no host' syslog.facility=user host.name=10.0.0.9 process.pid=42", "err")]
    [InlineData("<11>2026-11-19T22:59:59+09:00 web1 shop: rsyslog's way", "shop error -1000000000 'rsyslog's way' syslog.facility=user host.name=web1", "err")]
    [InlineData("<11>kernel: no time", "kernel error 0 'no time' syslog.facility=user host.name=10.0.0.9", "err")]
    [InlineData("<11>just text", "unknown_service error 0 'just text' syslog.facility=user host.name=10.0.0.9", "err")]
    [InlineData("  at a.B.c(B.java:1)", "unknown_service info 0 '  at a.B.c(B.java:1)' syslog.facility=user host.name=10.0.0.9", "notice")]
    [InlineData("<999>1 x", "unknown_service info 0 '<999>1 x' syslog.facility=user host.name=10.0.0.9", "notice")]
    [InlineData("<14>1 - h docker - - - {\"level\":\"ERROR\",\"service\":\"shop\",\"time\":1795096799,\"msg\":\"m\"}",
        "shop error -1000000000 '{\"level\":\"ERROR\",\"service\":\"shop\",\"time\":1795096799,\"msg\":\"m\"}' syslog.facility=user host.name=h", "ERROR")]
    public void MessagesAreRead(string message, string shown, string severity)
    {
        var batch = Decode(message);
        var record = batch.Records[0];
        var labels = LabelSet.FromCanonical(batch.StreamLabels(record.Stream));
        var fields = string.Join(' ', Enumerable.Range(record.Attributes.Start, record.Attributes.Count).Select(row => $"{Encoding.UTF8.GetString(batch.Attributes.Key(row))}={batch.Attributes.Text(row)}"));
        Assert.Equal(shown, string.Create(CultureInfo.InvariantCulture, $"{labels.Get("service_name")} {labels.Get("level")} {record.TimeUnixNano - Now} '{batch.BodyText(0)}' {fields}"));
        Assert.Equal(severity, batch.Arena.GetString(record.SeverityText));
    }

    [Fact]
    public void ArbitraryBytesNeverThrow() => Properties.Hold<byte[]>(bytes =>
    {
        foreach (var prefix in new[] { "", "<14>", "<14>1 ", "<14>1 - - - - - [a b=\"", "<14>Nov 19 ", "<14>Feb 29 14:00:00 a[" })
            Decode([.. Encoding.UTF8.GetBytes(prefix), .. bytes]);
        return true;
    }, times: 1_000);

    [Fact]
    public void AChangedByteNeverThrows()
    {
        foreach (var good in new[] { "<165>1 2026-11-19T13:59:59.5Z web1 shop 42 ID47 [ex@1 iut=\"3\" q=\"a\\\"b\"] text", "<11>Nov 19 13:59:58 web1 shop[42]: text" })
        {
            var bytes = Encoding.UTF8.GetBytes(good);
            for (var at = 0; at < bytes.Length; at++)
            {
                foreach (var value in " -:[]\"\\=<>0\0\xff".Select(c => (byte)c))
                {
                    var bad = bytes.ToArray();
                    bad[at] = value;
                    Assert.Equal(1, Decode(bad).Count);
                    Assert.Equal(1, Decode(bad[..at]).Count);
                }
            }
        }
    }

    [Fact]
    public void FramesOfBothKindsAreFound()
    {
        Assert.Equal(["<1>a b", "<2>c\nd", "<3>e", "<4>f"], Frames("6 <1>a b6 <2>c\nd<3>e\n\r\n<4>f\r\n", out var left));
        Assert.Equal("", left);
        Assert.Equal(["<1>a"], Frames("4 <1>a10 <2>half", out left));
        Assert.Equal("10 <2>half", left);
        Assert.Equal(["12ab is a line"], Frames("12ab is a line\n123", out left));
        Assert.Equal("123", left);
    }

    [Theory]
    [InlineData("101 <1>x")]
    [InlineData("99999999 <1>x")]
    [InlineData("99999999999999999999999")]
    public void LengthsThatBombAreRefused(string data) =>
        Assert.Equal(SyslogFraming.Found.TooLong, SyslogFraming.Next(Encoding.UTF8.GetBytes(data), 100, mayCount: true, out _, out _));

    [Fact]
    public void LongLinesAreRefusedAsSoonAsTheyAreTooLong()
    {
        Assert.Equal(SyslogFraming.Found.TooLong, SyslogFraming.Next(Encoding.UTF8.GetBytes("<1>" + new string('x', 98)), 100, mayCount: true, out _, out _));
        Assert.Equal(SyslogFraming.Found.Incomplete, SyslogFraming.Next(Encoding.UTF8.GetBytes("<1>" + new string('x', 97)), 100, mayCount: true, out _, out _));
    }

    private static List<string> Frames(string data, out string left)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(data);
        var frames = new List<string>();
        while (true)
        {
            var found = SyslogFraming.Next(bytes, 100, mayCount: true, out var message, out var used);
            bytes = bytes[used..];
            left = Encoding.UTF8.GetString(bytes);
            if (found != SyslogFraming.Found.Message)
                return frames;
            frames.Add(Encoding.UTF8.GetString(message).TrimEnd('\r'));
        }
    }

    private static LogBatch Decode(string message) => Decode(Encoding.UTF8.GetBytes(message));

    private static LogBatch Decode(byte[] message)
    {
        var (frames, batch) = (new SyslogFrames(), new LogBatch());
        frames.Add(message, "10.0.0.9");
        new SyslogRecords(new IngestLimits()).Decode(frames, Now, TimeZoneInfo.Utc, batch, new RejectionTally());
        return batch;
    }
}
