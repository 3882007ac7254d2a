namespace Shop.Peers;

/// <summary>Turns a peer's failure into this service's answer: 504 for no answer in time, 502 for a bad one.</summary>
internal static class PeerFailures
{
    public static async Task<IResult> AnswerAsync(ILogger logger, string peer, Func<Task<IResult>> call)
    {
        try
        {
            return await call();
        }
        catch (TimeoutException e)
        {
            logger.LogError(e, "{Peer} did not answer in time", peer);
            return Results.Problem($"{peer} did not answer in time.", statusCode: StatusCodes.Status504GatewayTimeout);
        }
        catch (HttpRequestException e)
        {
            logger.LogError(e, "{Peer} failed", peer);
            return Results.Problem($"{peer} failed.", statusCode: StatusCodes.Status502BadGateway);
        }
    }

    /// <summary>Throws for a peer's own failure; 4xx answers are the caller's to read.</summary>
    public static void ThrowIfFailed(HttpResponseMessage response, string peer)
    {
        if ((int)response.StatusCode == StatusCodes.Status504GatewayTimeout)
            throw new TimeoutException($"{peer} answered 504.");
        if ((int)response.StatusCode >= 500)
            throw new HttpRequestException($"{peer} answered {(int)response.StatusCode}.", null, response.StatusCode);
    }
}
