using System.Text;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>
/// Log records that no sound program writes, by every way in: what is accepted is found, as it was sent or as it says that it was repaired; what is refused is refused
/// with a reason and not found; and a good record that comes right behind is found in any case. A new way in stands in <see cref="LogWay.All"/> and answers all of it.
/// </summary>
public sealed class HostileLogsTests(WaysHost host) : IClassFixture<WaysHost>
{
    private const long SecondNanos = 1_000_000_000;

    private static readonly (string Name, string? Refusal, Func<LogWay, LogItem, LogItem> Make)[] s_cases =
    [
        ("the longest line", null, (way, item) => item with { Body = Encoding.UTF8.GetBytes(new string('a', way.MaxBody(item))) }),
        ("a line over the limit", "limit", (way, item) => item with { Body = Encoding.UTF8.GetBytes(new string('a', way.MaxBody(item) + 1)) }),
        ("a line of 5 MB", "limit", (_, item) => item with { Body = Encoding.UTF8.GetBytes(new string('a', 5_000_000)) }),
        ("no UTF-8", null, (_, item) => item with { Body = [(byte)'a', 0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80, (byte)'z', 0xe2, 0x82] }),
        ("control characters", null, (_, item) => item with { Body = "nul\0 bell\a esc\u001b[31mred\u001b[0m\u001b]0;title\a tab\t del\u007f \u0085\u2028\u202e"u8.ToArray() }),
        ("JSON nested 1,000 deep", "nested", (_, item) => item with { IsBodyJson = true, Body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 1_000)) + "1" + new string('}', 1_000)) }),
        ("lists nested 20,000 deep", "nested", (_, item) => item with { IsBodyJson = true, Body = Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 20_000) + new string(']', 20_000) + "}") }),
        ("JSON of 3,000 keys", null, (_, item) => item with { IsBodyJson = true, Body = Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 3_000).Select(i => $"\"key{i}\":{i}")) + "}") }),
        ("JSON with a key twice", null, (_, item) => item with { IsBodyJson = true, Body = "{\"a\":1,\"a\":2,\"level\":\"info\",\"level\":\"error\"}"u8.ToArray() }),
        ("3,000 fields", null, (way, item) => item with { Fields = [.. Enumerable.Range(0, way.Type == "udp" ? 300 : 3_000).Select(i => ($"field{i}", "v"))] }),
        ("a field twice", null, (_, item) => item with { Fields = [("a", "1"), ("a", "2"), ("trace_id", "none"), ("trace_id", "none")] }),
        ("a field without a name", null, (_, item) => item with { Fields = [("", "1")] }),
        ("no text", null, (_, item) => item with { Body = [] }),
        ("the year 1970", "older than the retention", (_, item) => item with { TimeNanos = SecondNanos }),
        ("the year 2200", "in the future", (_, item) => item with { TimeNanos = 7_258_118_400 * SecondNanos }),
        ("late by half an hour", null, (_, item) => item with { TimeNanos = item.TimeNanos - 1_800 * SecondNanos }),
    ];

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var way in LogWay.All)
        {
            foreach (var (name, _, _) in s_cases)
                data.Add(way.Name, name);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Is_stored_or_refused_with_a_reason_and_its_neighbours_are_found(string by, string name)
    {
        var way = LogWay.All.Single(w => w.Name == by);
        var (_, refusal, make) = s_cases.Single(c => c.Name == name);
        var service = $"logs{host.NextName()}";
        var bad = make(way, new LogItem(service, "x"u8.ToArray(), host.NowNanos));
        var good = new LogItem(service + "good", "good"u8.ToArray(), host.NowNanos);
        if (way.Type == "udp" && way.Encode([bad]).Length > 65_000)
            return; // No datagram holds it.
        var reply = await way.SendAsync(host, bad);
        var after = await way.SendAsync(host, good);

        Assert.True(after.IsAccepted ?? true, after.Text);
        Assert.Equal(["good"], (await FindAsync(good.Service, 1)).Select(line => line.Contains("good", StringComparison.Ordinal) ? "good" : line));
        Assert.InRange(reply.Status, 0, 499);
        var lines = await FindAsync(service, reply.IsAccepted == false || refusal is not null ? 0 : 1);
        if (reply.IsAccepted == true || (reply.IsAccepted is null && refusal is null))
            Assert.Equal([way.Shown(bad)], lines);
        else if (reply.IsAccepted == false)
            Assert.Contains(refusal ?? "(accepted)", reply.Text, StringComparison.Ordinal);
        if (reply.IsAccepted == false)
            Assert.Empty(lines);
    }

    /// <summary>Of a request with bad records among good ones the good ones are found, whatever becomes of the bad.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Bad_records_spare_the_good_ones_of_their_request(string by)
    {
        var way = LogWay.All.Single(w => w.Name == by);
        var service = $"logs{host.NextName()}";
        LogItem Item(string text, long time) => new(service, Encoding.UTF8.GetBytes(text), time);
        var reply = await way.SendAsync(host, Item("first", host.NowNanos), Item("old", SecondNanos), Item("future", 7_258_118_400 * SecondNanos), Item("last", host.NowNanos));
        var lines = await FindAsync(service, 2);
        Assert.Equal(2, lines.Count);
        Assert.Contains(lines, line => line.Contains("first", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("last", StringComparison.Ordinal));
        if (way.IsHttp)
            Assert.Contains("refused", reply.Text.Replace("rejected", "refused", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Secrets and personal data are taken out wherever a way in may put them: text, fields, names of fields, service.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Secrets_are_stored_nowhere(string by)
    {
        var way = LogWay.All.Single(w => w.Name == by);
        var service = $"logs{host.NextName()}";
        var item = new LogItem(service, "login of ann@example.com with password=hunter2secret"u8.ToArray(), host.NowNanos)
        {
            Fields = [("db.password", "hunter2secret"), ("note", "Bearer hunter2secretabcdef"), ("seen.ann@example.com", "1"), ("url", "https://u:hunter2secret@h/")],
        };
        Assert.True((await way.SendAsync(host, item)).IsAccepted ?? true);
        Assert.Single(await FindAsync(service, 1));
        var found = await host.TextAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString($"{{service_name=\"{service}\"}}")}&start={host.NowNanos - SecondNanos}&end={host.NowNanos + SecondNanos}");
        Assert.DoesNotContain("hunter2secret", found, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@", found, StringComparison.Ordinal);
        Assert.DoesNotContain("ann_", found, StringComparison.Ordinal);
        Assert.Contains("[redacted:password]", found, StringComparison.Ordinal);
    }

    /// <summary>A sender that got no answer sends the same again.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_request_that_is_sent_again_stores_nothing_twice(string by)
    {
        var way = LogWay.All.Single(w => w.Name == by);
        var service = $"logs{host.NextName()}";
        var body = way.Encode([new(service, "one"u8.ToArray(), host.NowNanos), new(service, "two"u8.ToArray(), host.NowNanos) { Fields = [("a", "b")] }, new(service, "one"u8.ToArray(), host.NowNanos - 100)]);
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.True((await way.SendAsync(host, body)).IsAccepted ?? true);
        Assert.Equal(3, (await FindAsync(service, 3)).Count);
    }

    public static TheoryData<string> Ways() => [.. LogWay.All.Select(w => w.Name)];

    // What comes without an answer is waited for.
    private async Task<List<string>> FindAsync(string service, int count)
    {
        for (var left = 100; ; left--)
        {
            var lines = await host.LinesAsync(service);
            if (lines.Count >= count || left == 0)
                return lines;
            await Task.Delay(20);
        }
    }
}
