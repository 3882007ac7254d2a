using Bongsu.Ingest;
using Bongsu.Storage;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/storage: what is stored, by kind and service, how it grows, and when the disk is full.</summary>
internal static class StorageApi
{
    private const long DayMs = 86_400_000;
    private const int MaxServices = 1_000;

    public static void Map(IEndpointRouteBuilder routes, DiskStore store, IngestService ingest, TimeProvider time) =>
        routes.MapGet("/bongsu/v1/storage", async (CancellationToken cancellationToken) =>
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var (volumes, since) = await ingest.VolumesAsync(nowMs - StorageReport.WindowDays * DayMs, cancellationToken);
            return Results.Ok(StorageReport.Of(store.Use(), new StorageReport.Shares(volumes, since, ingest.Budgets(MaxServices).Services), nowMs));
        });
}
