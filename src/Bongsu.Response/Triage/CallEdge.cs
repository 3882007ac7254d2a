namespace Bongsu.Response.Triage;

/// <summary>The calls of one service to another: as the caller sees them, and as the callee does.</summary>
internal sealed class CallEdge(string client, string server, string connectionType, int bins)
{
    public string Client => client;
    public string Server => server;

    /// <summary>As the service graph says it: empty for a plain call, or database, messaging_system, virtual_node.</summary>
    public string ConnectionType => connectionType;

    public Tally ClientView { get; } = new(bins);
    public Tally ServerView { get; } = new(bins);

    public bool IsMessage => ConnectionType == "messaging_system";
    public bool IsOutside => ConnectionType is "database" or "virtual_node";

    public override string ToString() => $"{Client} -> {Server}";
}
