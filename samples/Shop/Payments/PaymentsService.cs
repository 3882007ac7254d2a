using Shop.Faults;

namespace Shop.Payments;

/// <summary>Charges cards. The card network is simulated by waiting as long as one would.</summary>
internal static class PaymentsService
{
    public static void Map(WebApplication app) => app.MapPost("/charge", Charge);

    private static async Task<IResult> Charge(
        ChargeRequest charge, FaultSwitches faults, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (charge.AmountCents is <= 0 or > 10_000_000 || string.IsNullOrEmpty(charge.CardToken))
            return Results.Problem("amountCents and cardToken are needed.", statusCode: StatusCodes.Status400BadRequest);
        var isSlow = faults.IsOn(ShopFaults.PaymentsSlow);
        var waitMs = isSlow ? Random.Shared.Next(1500, 2500) : Random.Shared.Next(15, 40);
        await Task.Delay(TimeSpan.FromMilliseconds(waitMs), time, cancellation);
        if (waitMs > 1000)
            loggers.CreateLogger("Shop.Payments").LogWarning("Card network answered charge of order {OrderId} after {CardNetworkMs} ms", charge.OrderId, waitMs);
        return Results.Ok(new ChargeReceipt(Guid.NewGuid(), charge.OrderId));
    }
}
