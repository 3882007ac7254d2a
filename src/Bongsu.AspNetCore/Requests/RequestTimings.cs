using System.Diagnostics;

namespace Bongsu.AspNetCore.Requests;

/// <summary>Adds up the outgoing calls made while one request of <paramref name="owner"/>'s host was served. Calls that overlap each count in full. Thread-safe.</summary>
internal sealed class RequestTimings(BongsuOptions owner)
{
    private const string Property = "bongsu.request";

    // Why a bound: a chain of activities this deep is a loop in somebody's code, and every finished client span walks it.
    private const int MaxDepth = 32;

    private long _databaseTicks;
    private long _downstreamTicks;
    private int _databaseCalls;
    private int _downstreamCalls;

    /// <summary>Tells apart the hosts of one process, which all see the activities of each other.</summary>
    public BongsuOptions Owner { get; } = owner;

    public double DatabaseMs => new TimeSpan(Interlocked.Read(ref _databaseTicks)).TotalMilliseconds;
    public double DownstreamMs => new TimeSpan(Interlocked.Read(ref _downstreamTicks)).TotalMilliseconds;
    public int DatabaseCalls => Volatile.Read(ref _databaseCalls);
    public int DownstreamCalls => Volatile.Read(ref _downstreamCalls);

    /// <summary>The request that <paramref name="activity"/> belongs to, found through its parents.</summary>
    public static RequestTimings? Of(Activity activity)
    {
        var depth = 0;
        for (var current = activity.Parent; current is not null && depth < MaxDepth; current = current.Parent, depth++)
        {
            if (current.GetCustomProperty(Property) is RequestTimings timings)
                return timings;
        }
        return null;
    }

    public void AttachTo(Activity activity) => activity.SetCustomProperty(Property, this);

    public void AddCall(Activity call)
    {
        // Why by source: a span that is not sampled has no attributes to tell by.
        var isDatabase = call.Source.Name == "Npgsql" || call.GetTagItem("db.system.name") is not null || call.GetTagItem("db.system") is not null;
        Interlocked.Add(ref isDatabase ? ref _databaseTicks : ref _downstreamTicks, call.Duration.Ticks);
        Interlocked.Increment(ref isDatabase ? ref _databaseCalls : ref _downstreamCalls);
    }
}
