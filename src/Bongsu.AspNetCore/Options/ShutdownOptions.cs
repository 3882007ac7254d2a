namespace Bongsu.AspNetCore;

/// <summary>On SIGTERM: <c>/readyz</c> turns 503, the service keeps answering for <see cref="Delay"/>, then drains, flushes telemetry and exits.</summary>
public sealed class ShutdownOptions
{
    /// <summary>Off: the framework's own shutdown, which refuses new connections at once; telemetry is still flushed.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long load balancers get to notice (<c>BONGSU_SHUTDOWN_DELAY_MS</c>). Default: 5 s, and none in Development.</summary>
    public TimeSpan? Delay { get; set; }

    /// <summary>How long requests in flight may take to finish; then they are aborted and named in the log.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the last telemetry may take to leave.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
