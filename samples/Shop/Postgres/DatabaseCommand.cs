using System.Runtime.InteropServices;

namespace Shop.Postgres;

/// <summary>`shop database`: a private PostgreSQL for as long as this process lives. Prints `connection STRING` when it takes connections.</summary>
internal static class DatabaseCommand
{
    public static async Task<int> RunAsync()
    {
        if (!PrivatePostgres.IsInstalled)
        {
            Console.WriteLine("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)");
            return 1;
        }
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await using var postgres = await PrivatePostgres.StartAsync();
            Console.WriteLine("connection " + postgres.ConnectionString);
            await stop.Task;
            return 0;
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message.ReplaceLineEndings(" "));
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }
}
