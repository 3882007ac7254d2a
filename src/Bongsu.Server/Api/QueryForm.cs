using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api;

/// <summary>Reads the forms in which clients post long queries.</summary>
internal static class QueryForm
{
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static async ValueTask<IFormCollection> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (IOException e) when (e is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new InvalidDataException("it ends before its last boundary", e);
        }
    }
}
