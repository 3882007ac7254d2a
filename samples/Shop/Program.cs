return await Shop.ShopCommand.RunAsync(args);
