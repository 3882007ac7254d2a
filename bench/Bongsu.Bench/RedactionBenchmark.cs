using System.Text;
using BenchmarkDotNet.Attributes;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Pipeline.Redaction;

namespace Bongsu.Bench;

/// <summary>Clean texts of 1024 bytes: an operation is one byte. And one harmless attribute key.</summary>
[MemoryDiagnoser]
public class RedactionBenchmark
{
    private const int Size = 1024;

    private readonly TextRedactor _redactor = new(RedactionRules.Default);
    private readonly ByteBuffer _clean = new();
    private readonly byte[] _lines = Fill("2026-11-19T14:00:00.123Z INFO POST /checkout finished for order 123456 of customer 4711 in 35 ms with 3 items trace=4bf92f3577b34da6a3ce929d0e0e4736\n");
    private readonly byte[] _prose = Fill("could not reach the inventory service, trying again after a pause of some seconds; ");
    private readonly byte[] _json = Fill("{\"level\":\"info\",\"order_id\":123456,\"user\":\"u-4711\",\"took_ms\":35,\"route\":\"/api/v1/checkout\"} ");

    [Benchmark(OperationsPerInvoke = Size)]
    public bool LogLine() => _redactor.TryRedact(_lines, _clean);

    [Benchmark(OperationsPerInvoke = Size)]
    public bool Prose() => _redactor.TryRedact(_prose, _clean);

    [Benchmark(OperationsPerInvoke = Size)]
    public bool Json() => _redactor.TryRedact(_json, _clean);

    [Benchmark]
    public int Key() => (int)RedactionRules.Default.OfKey("http.response.status_code"u8);

    private static byte[] Fill(string unit)
    {
        var bytes = new byte[Size];
        for (var i = 0; i < Size; i++)
            bytes[i] = Encoding.ASCII.GetBytes(unit)[i % unit.Length];
        return bytes;
    }
}
