using Shop.Orders;

namespace Shop.Traffic;

/// <summary>An open loop: one visit per tick of the rate, at most <see cref="MaxInFlight"/> at once, the rest skipped and counted.</summary>
internal sealed class TrafficLoad(TrafficOptions options, TimeProvider time) : IDisposable
{
    public const int MaxInFlight = 256;
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(3);

    private readonly HttpClient _client = new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromSeconds(10), BaseAddress = options.Gateway };
    private readonly Shopper _shopper = new(options.Seed);
    private int _inFlight;
    private long _sent;
    private long _failed;
    private long _skipped;

    public long Sent => Interlocked.Read(ref _sent);
    public long Failed => Interlocked.Read(ref _failed);
    public long Skipped => Interlocked.Read(ref _skipped);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1 / options.Rate), time);
        try
        {
            while (await ticks.WaitForNextTickAsync(cancellation))
                Start();
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: nobody new comes, and those inside are given time to leave.
        }
        var patience = time.GetTimestamp();
        while (Volatile.Read(ref _inFlight) > 0 && time.GetElapsedTime(patience) < Leaving)
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, CancellationToken.None);
    }

    public void Dispose() => _client.Dispose();

    private void Start()
    {
        var visit = _shopper.Next();
        if (Volatile.Read(ref _inFlight) >= MaxInFlight)
        {
            Interlocked.Increment(ref _skipped);
            return;
        }
        Interlocked.Increment(ref _inFlight);
        _ = VisitAsync(visit);
    }

    private async Task VisitAsync(Visit visit)
    {
        try
        {
            using var request = new HttpRequestMessage(visit.Method, visit.Path) { Content = visit.Body is null ? null : JsonContent.Create(visit.Body) };
            using var response = await _client.SendAsync(request);
            if ((int)response.StatusCode >= 500)
                Interlocked.Increment(ref _failed);
            else if (visit.Body is not null && response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<Order>() is { } order)
                _shopper.Placed(order.Id);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _failed);
        }
        finally
        {
            Interlocked.Increment(ref _sent);
            Interlocked.Decrement(ref _inFlight);
        }
    }
}
