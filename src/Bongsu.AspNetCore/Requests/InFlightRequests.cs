using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bongsu.AspNetCore.Export;

namespace Bongsu.AspNetCore.Requests;

/// <summary>The requests being served, for draining and for the gauge. Thread-safe.</summary>
internal sealed class InFlightRequests
{
    private readonly ConcurrentDictionary<InFlightRequest, byte> _requests = new();

    public InFlightRequests(IMeterFactory meters) =>
        meters.Create(ExporterMetrics.MeterName).CreateObservableGauge("bongsu.requests.in_flight", () => _requests.Count, "{request}", "Requests being served.");

    public int Count => _requests.Count;

    public ICollection<InFlightRequest> All => _requests.Keys;

    public void Enter(InFlightRequest request) => _requests.TryAdd(request, 0);

    public void Leave(InFlightRequest request) => _requests.TryRemove(request, out _);
}
