using System.Text;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Receive;

/// <summary>Records without a time get that of their arrival; sent again for want of an answer, they are the same records.</summary>
public sealed class RetriedLogsTests
{
    private static readonly byte[] s_lines = "{\"m\":1}\n{\"m\":1}\n{\"m\":2}\n"u8.ToArray();

    [Theory]
    [InlineData("/bongsu/v1/logs/jsonl", "")]
    [InlineData("/v1/logs", "application/x-protobuf")]
    public async Task AreStoredOnceWhereTheAnswerWasLost(string path, string type)
    {
        RefusingStore? store = null;
        await using var host = await IngestHost.StartAsync(wrap: inner => store = new RefusingStore(inner, RejectReason.DiskFull) { KeepsLogs = true, LostAnswers = 2 });
        var body = type.Length == 0 ? s_lines : Otlp.Request(Otlp.Service("a"), Otlp.Log("m1", time: 0), Otlp.Log("m1", time: 0), Otlp.Log("m2", time: 0));
        foreach (var status in new[] { 503, 503, 200 })
        {
            Assert.Equal(status, (await host.PostAsync(path, body, type)).Status);
            host.Time.Advance(TimeSpan.FromSeconds(5));
        }
        Assert.Equal(3, await CountAsync(host));

        // Answered: what comes now says the same anew.
        Assert.Equal(200, (await host.PostAsync(path, body, type)).Status);
        Assert.Equal(6, await CountAsync(host));
    }

    [Fact]
    public async Task AreNewWhenTheyComeLate()
    {
        await using var host = await IngestHost.StartAsync(wrap: inner => new RefusingStore(inner, RejectReason.DiskFull) { KeepsLogs = true, LostAnswers = 1 });
        Assert.Equal(503, (await host.PostAsync("/bongsu/v1/logs/jsonl", s_lines, "")).Status);
        host.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(200, (await host.PostAsync("/bongsu/v1/logs/jsonl", s_lines, "")).Status);
        Assert.Equal(6, await CountAsync(host));
    }

    [Fact]
    public void WhatIsLongPastCountsNoMoreAndMayBeginAnew()
    {
        var time = new ManualTime();
        var arrivals = new ArrivalTimes(time);
        arrivals.Unanswered("a"u8, 1);
        time.Advance(TimeSpan.FromMinutes(6));
        arrivals.Unanswered("a"u8, 2);
        arrivals.Unanswered("b"u8, 3);
        Assert.Equal((1, 3), (arrivals.Of("a"u8), arrivals.Of("b"u8)));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.NotEqual(1, arrivals.Of("a"u8));
        arrivals.Unanswered("a"u8, 4);
        Assert.Equal((4, 3), (arrivals.Of("a"u8), arrivals.Of("b"u8)));
        arrivals.Answered("b"u8);
        Assert.NotEqual(3, arrivals.Of("b"u8));
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.NotEqual(4, arrivals.Of("a"u8));
    }

    [Fact]
    public void NoMoreThanSomeThousandsAreRemembered()
    {
        var time = new ManualTime();
        var arrivals = new ArrivalTimes(time);
        for (var i = 0; i < 10_000; i++)
            arrivals.Unanswered(Encoding.UTF8.GetBytes($"{i}"), i);
        Assert.Equal(9_999, arrivals.Of("9999"u8));
        Assert.NotEqual(1, arrivals.Of("1"u8));
    }

    private static async Task<int> CountAsync(IngestHost host)
    {
        var count = 0;
        await foreach (var batch in host.Store.SelectAsync(new LogSelect(0, long.MaxValue, []), [], default))
            count += batch.Count;
        return count;
    }
}
