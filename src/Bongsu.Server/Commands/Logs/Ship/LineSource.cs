namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Where lines come from. Not thread-safe.</summary>
internal abstract class LineSource : IDisposable
{
    /// <summary>How long a read may wait for lines before it says that none are there.</summary>
    protected static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    protected const int ReadBytes = 64 * 1024;

    /// <summary>Reads some of what is there.</summary>
    /// <param name="add">Takes each line, where the next one begins, and which file it is of.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public abstract ValueTask<SourceState> ReadAsync(Action<string, long, int> add, CancellationToken cancellationToken);

    public abstract void Dispose();
}
