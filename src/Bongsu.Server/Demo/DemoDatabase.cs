namespace Bongsu.Server.Demo;

/// <summary>The shop's PostgreSQL, private to the demo: started by `shop database` on a free port, gone with it.</summary>
internal sealed record DemoDatabase(string? ConnectionString, string? Why)
{
    public const string ProcessName = "postgres";

    private const string Ready = "connection ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<DemoDatabase> StartAsync(DemoRun run, CancellationToken cancellationToken)
    {
        var connection = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var last = "it did not start";
        var child = run.Start(ProcessName, ["dotnet", DemoPaths.Shop, "database"], new Dictionary<string, string>(), line =>
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
                connection.TrySetResult(line[Ready.Length..]);
            else
                last = line;
        });
        try
        {
            var first = await Task.WhenAny(connection.Task, child.Exited).WaitAsync(Patience, cancellationToken);
            return first == connection.Task ? new DemoDatabase(await connection.Task, null) : new DemoDatabase(null, last);
        }
        catch (TimeoutException)
        {
            return new DemoDatabase(null, $"PostgreSQL was not ready within {Patience.TotalSeconds:0} s");
        }
    }
}
