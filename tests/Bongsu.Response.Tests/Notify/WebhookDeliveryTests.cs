using System.Net;
using System.Net.Sockets;
using Bongsu.Response.Alerting;
using Bongsu.Response.Notify;
using Bongsu.Response.Notify.Delivery.Webhook;
using Bongsu.Response.Notify.Stages;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Notify;

public sealed class WebhookDeliveryTests
{
    [Fact]
    public async Task Tries_again_until_delivered_and_records_each_attempt()
    {
        var time = new ManualTime();
        await using var receiver = new Loopback([503, 429, 200]);
        var attempts = await DeliverAsync(receiver, time);
        Assert.Equal([(1, "failed", 503), (2, "failed", 429), (3, "delivered", 200)], attempts.Select(a => (a.Attempt, a.Outcome, a.Status!.Value)));
        Assert.All(attempts.SkipLast(1), a => Assert.InRange(a.NextMs!.Value - a.AtMs, 250, 1000));
        Assert.All(receiver.Bodies, b => Assert.Contains("\"version\":\"4\"", b, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Gives_up_at_once_on_what_will_not_change(int status)
    {
        await using var receiver = new Loopback([status, 200]);
        var attempt = Assert.Single(await DeliverAsync(receiver, new ManualTime()));
        Assert.Equal(("gaveUp", status), (attempt.Outcome, attempt.Status!.Value));
        Assert.Single(receiver.Bodies);
    }

    [Fact]
    public async Task Stops_within_ten_attempts_and_the_groups_interval()
    {
        await using var receiver = new Loopback([.. Enumerable.Repeat(500, 20)]);
        var attempts = await DeliverAsync(receiver, new ManualTime());
        Assert.InRange(attempts.Count, 5, 10);
        Assert.Equal("gaveUp", attempts[^1].Outcome);
        Assert.True(attempts[^1].AtMs - attempts[0].AtMs <= 300_000);
    }

    private static async Task<List<DeliveryAttempt>> DeliverAsync(Loopback receiver, ManualTime time)
    {
        var journal = new MemoryJournal();
        var log = new NotificationLog(journal);
        using var notifier = new WebhookNotifier(time);
        var stage = new DeliveryStage(notifier, log, n => WebhookMessage.Write(n, "http://bongsu.test", MessageExtras.None), time, new Random(3));
        var attempts = new List<DeliveryAttempt>();
        // The delivery runs on other threads than this one, which moves the time.
        DeliveryAttempt? last = null;
        var count = 0;
        var run = stage.RunAsync(Sample(receiver.Url), attempt =>
        {
            attempts.Add(attempt);
            Volatile.Write(ref last, attempt);
            Volatile.Write(ref count, attempts.Count);
            return Task.CompletedTask;
        }, CancellationToken.None);
        // The request's own time limit is a timer too: time moves only while a retry waits, its timer armed.
        while (!run.IsCompleted)
        {
            if (Volatile.Read(ref count) is > 0 and var seen && Volatile.Read(ref last)!.NextMs is { } next && next > time.NowMs && receiver.Bodies.Count == seen && time.HasTimerAt(next))
                time.Advance(TimeSpan.FromMilliseconds(next - time.NowMs));
            await Task.Yield();
        }
        await run;
        var again = new NotificationLog(journal);
        await again.LoadAsync(CancellationToken.None);
        Assert.Equal(attempts, again.AttemptsOf("x"));
        return attempts;
    }

    private static Notification Sample(string url)
    {
        var route = new Route("0", "ops", [], [], false, TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromHours(4), [], 1);
        var target = new WebhookConfig(url, true, 0);
        var alert = new Alert
        {
            Id = "x",
            Source = "rule/x",
            Name = "X",
            Severity = "page",
            Labels = new Dictionary<string, string> { ["alertname"] = "X" },
            Annotations = new Dictionary<string, string>(),
            Summary = new AlertSummary("rule", new Dictionary<string, double>(), new Dictionary<string, string>(), "x"),
            Query = "x > 0",
            Timer = new AlertTimer(AlertState.Firing, 0, 0),
        };
        return new Notification(new AlertGroup("k", route, new Dictionary<string, string>()), new Receiver("ops", [target]), target, 0, [alert], 0);
    }

    /// <summary>Answers POSTs on a free loopback port with the given statuses, in order.</summary>
    private sealed class Loopback : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;
        private readonly List<string> _bodies = [];

        public Loopback(int[] statuses)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _serving = ServeAsync(statuses);
        }

        public string Url { get; }

        public IReadOnlyList<string> Bodies
        {
            get
            {
                lock (_bodies)
                    return [.. _bodies];
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }

        private async Task ServeAsync(int[] statuses)
        {
            try
            {
                foreach (var status in statuses)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    var body = await reader.ReadToEndAsync();
                    lock (_bodies)
                        _bodies.Add(body);
                    context.Response.StatusCode = status;
                    if (status is >= 300 and < 400)
                        context.Response.RedirectLocation = Url;
                    context.Response.Close();
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
