namespace Bongsu.Ingest.Receive.Syslog;

/// <summary>What senders of syslog may take. Immutable.</summary>
public sealed record SyslogLimits
{
    /// <summary>A larger message ends its connection; RFC 5424 asks for 2 KiB, rsyslog sends 8 unless told otherwise.</summary>
    public int MessageBytes { get; init; } = 256 * 1024;

    /// <summary>Open at one time. Past it, the one that has been silent for longest gives way to a new one.</summary>
    public int Connections { get; init; } = 512;

    /// <summary>Of one address; none for this machine's own, where relays and many programs send.</summary>
    public int ConnectionsPerAddress { get; init; } = 64;

    /// <summary>A connection that sends nothing for so long is closed; relays open it again by themselves.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a message that has begun may take to arrive.</summary>
    public TimeSpan Message { get; init; } = TimeSpan.FromSeconds(60);
}
