using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Response.Notify.Delivery;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Runtime;

/// <summary>A whole Response over a memory store and a clock moved by hand; its receiver keeps every message.</summary>
internal sealed class ResponseWorld : IAsyncDisposable
{
    public const string Slos = """
        slos:
          - service: payments
            name: availability
            objective: 99.9
            sli:
              availability: {}
        """;

    public const string Routes = """
        route:
          receiver: ops
          group_by: [service, slo]
          group_wait: 0s
          group_interval: 5s
          repeat_interval: 4h
        receivers:
          - name: ops
            webhook_configs:
              - url: http://127.0.0.1:9/hook
        """;

    private readonly Dictionary<string, double> _counters = [];

    public ResponseWorld(MemoryJournal? journal = null, ManualTime? time = null, MemoryStore? store = null, string? directory = null)
    {
        Journal = journal ?? new MemoryJournal();
        Time = time ?? new ManualTime();
        Store = store ?? new MemoryStore();
        Directory = directory ?? System.IO.Directory.CreateTempSubdirectory("bongsu-response-").FullName;
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "slos"));
        File.WriteAllText(Path.Combine(Directory, "slos", "shop.yaml"), Slos);
        File.WriteAllText(Path.Combine(Directory, "alertmanager.yaml"), Routes);
        Runtime = Make();
    }

    public MemoryJournal Journal { get; }

    public ManualTime Time { get; }

    public MemoryStore Store { get; }

    public string Directory { get; }

    public RecordingNotifier Receiver { get; } = new();

    public ResponseRuntime Runtime { get; private set; }

    public async Task StartAsync() => await Runtime.LoadAsync(CancellationToken.None);

    /// <summary>As after a crash: nothing but the journal and the files is left.</summary>
    public async Task RestartAsync()
    {
        await Runtime.DisposeAsync();
        Runtime = Make();
        await StartAsync();
    }

    /// <summary>Traffic in exports of 5 s, each followed by one turn of every loop; returns when <paramref name="until"/> holds or the time is over.</summary>
    public async Task<TimeSpan?> RunAsync(TimeSpan length, double goodPerSecond, double badPerSecond, Func<bool>? until = null)
    {
        for (var passed = TimeSpan.Zero; passed < length; passed += TimeSpan.FromSeconds(5))
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            if (goodPerSecond + badPerSecond > 0)
                Export(goodPerSecond * 5, badPerSecond * 5);
            await TurnAsync();
            if (until?.Invoke() == true)
                return passed + TimeSpan.FromSeconds(5);
        }
        return null;
    }

    public async Task TurnAsync()
    {
        await Runtime.TickAsync(CancellationToken.None);
        await Runtime.DeliveriesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private ResponseRuntime Make() => new(Store, new PromQlEngine(Store, new PromQlOptions(), Time), Journal, ResponseOptions.Demo(Directory, () => "http://bongsu.test"), Time, notifier: Receiver);

    private void Export(double good, double bad)
    {
        Count("200", good);
        Count("500", bad);
    }

    private void Count(string status, double by)
    {
        _counters[status] = _counters.GetValueOrDefault(status) + by;
        Store.Add(LabelSet.Of(("__name__", "http_server_request_duration_seconds_count"), ("service_name", "payments"), ("http_route", "/charge"),
            ("http_request_method", "POST"), ("http_response_status_code", status), ("instance", "a"), ("service_version", "1.0")), (Time.NowMs, _counters[status]));
    }
}

/// <summary>Keeps what it is sent and answers as told.</summary>
internal sealed class RecordingNotifier : INotifier
{
    public List<JsonElement> Messages { get; } = [];

    public SendResult Answer { get; set; } = new(true, 200, null);

    public Task<SendResult> SendAsync(string target, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        Messages.Add(JsonDocument.Parse(message).RootElement);
        return Task.FromResult(Answer);
    }
}
