using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Shop.Postgres;

/// <summary>
/// A PostgreSQL of one's own from the machine's installed binaries: temporary data, a free loopback port, gone when disposed.
/// Run as root it uses the account <c>postgres</c>, since the server refuses root.
/// </summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly string? Binaries = FindBinaries();

    private readonly string _directory;
    private readonly int _port;
    private bool _isRunning;

    private PrivatePostgres(string directory, int port)
    {
        _directory = directory;
        _port = port;
    }

    /// <summary>Whether the machine has what <see cref="StartAsync"/> needs.</summary>
    public static bool IsInstalled => Binaries is not null;

    /// <summary>For Npgsql.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Username=bongsu;Database=postgres";

    public static async Task<PrivatePostgres> StartAsync()
    {
        if (Binaries is null)
            throw new InvalidOperationException("PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/initdb.");
        var directory = (await RunAsync("mktemp", "-d", Path.Combine(Path.GetTempPath(), "bongsu-postgres-XXXXXX"))).Trim();
        var postgres = new PrivatePostgres(directory, FreePort());
        try
        {
            await RunAsync(Tool("initdb"), "-D", postgres.Data, "-U", "bongsu", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync");
            var settings = string.Create(
                CultureInfo.InvariantCulture, $"-p {postgres._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c shared_buffers=16MB");
            await RunAsync(Tool("pg_ctl"), "-D", postgres.Data, "-l", Path.Combine(directory, "log"), "-o", settings, "-w", "-t", "60", "start");
            postgres._isRunning = true;
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // pg_ctl stops the one process whose id is in this data directory.
        if (_isRunning)
            await RunAsync(Tool("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        _isRunning = false;
        await RunAsync("rm", "-rf", _directory);
    }

    private string Data => Path.Combine(_directory, "data");

    private static string Tool(string name) => Path.Combine(Binaries!, name);

    private static string? FindBinaries()
    {
        const string Root = "/usr/lib/postgresql";
        if (!Directory.Exists(Root))
            return null;
        return Directory.GetDirectories(Root).Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb")))
            .OrderBy(d => d, StringComparer.Ordinal).LastOrDefault();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> RunAsync(string program, params string[] args)
    {
        var isRoot = Environment.UserName == "root";
        var start = new ProcessStartInfo(isRoot ? "runuser" : program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var arg in isRoot ? (string[])["-u", "postgres", "--", program, .. args] : args)
            start.ArgumentList.Add(arg);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var said = await output;
        if (process.ExitCode == 0)
            return said;
        throw new InvalidOperationException($"{program} exited with {process.ExitCode}: {said} {await errors}");
    }
}
